import { blockScript } from './script/blocks.js';
import { dataScript } from './script/data.js';
import { filterScript } from './script/filters.js';
import { highlightScript } from './script/highlights.js';
import { keyScript } from './script/keys.js';
import { listScript } from './script/list.js';

/**
 * The script of the page: plain JavaScript in its own scope, from the parts in `script/`, each of which may call the others. It is text, since
 * it runs in a browser, which the types of this project do not know; tests/diff-html.test.ts compiles it with those of a browser.
 */
export const script = `(() => {\n'use strict';\n${[dataScript, blockScript, filterScript, highlightScript, listScript, keyScript].join('\n')}\n})();`;
