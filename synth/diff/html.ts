import { createHash } from 'node:crypto';
import { pageData } from './html/data.js';
import { embedJson, markInvisible } from './html/escape.js';
import { renderOverview } from './html/overview.js';
import { script } from './html/script.js';
import { style } from './html/style.js';
import type { DiffReport } from './model.js';

/**
 * Writes a report as one page that needs nothing else: no network, no server. What the merge deploys, the dangers and the summary are in its
 * markup; the objects are data that its script shows as they come into view. The same report gives the same bytes.
 *
 * A policy in the page forbids every request and every script but its own, so that no value of a manifest can act in it.
 * Source: https://www.w3.org/TR/CSP3/ (Content-Security-Policy in a meta element, hashes of inline elements)
 */
export function renderHtml(report: DiffReport): string {
  const names = `<code>${markInvisible(report.base)}</code> \u2192 <code>${markInvisible(report.head)}</code>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>What the merge changes</title>
<style>${style}</style>
</head>
<body>
<header class="top">
<div class="title"><h1>What the merge changes</h1><p>${names}</p></div>
<div class="tools" role="group" aria-label="View" id="tools" hidden>
<input type="search" id="search" placeholder="Search path, name, value  ( / )" aria-label="Search path, name and values" autocomplete="off" spellcheck="false">
<span class="pair"><button type="button" id="unified" aria-pressed="true">Unified</button><button type="button" id="split" aria-pressed="false">Side by side</button></span>
<button type="button" id="expand" title="Open or close all objects (x)">Open all</button>
<button type="button" id="theme" title="Colours: as the system, light, dark (t)">Theme: auto</button>
<button type="button" id="ask" aria-label="Help" title="Help (?)">?</button>
</div>
</header>
<main>
${renderOverview(report)}
<section class="changes" id="changes" hidden>
<details class="filters" id="filters" open><summary>Filters</summary><form id="facets" aria-label="Filters"></form></details>
<div class="objects"><p class="status"><output id="status" aria-live="polite"></output></p><div id="list"></div></div>
</section>
<noscript><p class="card">Without scripts the page shows no objects: git diff has them.</p></noscript>
</main>
<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">Keys</h2>
<table>${keys.map(([key, what]) => `<tr><td><kbd>${key}</kbd></td><td>${what}</td></tr>`).join('')}</table>
<form method="dialog"><button>Close</button></form></dialog>
<script type="application/json" id="data">${embedJson(pageData(report))}</script>
<script>${script}</script>
</body>
</html>
`;
}

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

// Trusted types: the script can make no markup of a text, even by mistake.
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const keys: readonly (readonly [string, string])[] = [
  ['j or \u2193', 'next object'],
  ['k or \u2191', 'previous object'],
  ['Enter', 'open or close the object'],
  ['n', 'next object with a danger'],
  ['x', 'open or close all objects'],
  ['v', 'unified or side by side'],
  ['d', 'only objects with a danger'],
  ['/', 'search'],
  ['Escape', 'leave the search'],
  ['t', 'colours: as the system, light, dark'],
  ['?', 'this help'],
];
