import { BadUsage, type Command } from '../command.js';
import { writeDocs } from '../docs.js';
import { prepare } from '../session.js';

export const docs: Command = {
  summary: 'Writes the generated pages below docs/.',
  help: [
    '',
    'docs/fleet.md: components, versions and order of every cluster. docs/secrets.md: Secrets, and who fills them.',
    'docs/rules.md: every rule, with its reason.',
  ],
  async run(names, io) {
    if (names.length > 0) throw new BadUsage('"docs" takes no names; its pages show the whole fleet.');
    const written = await writeDocs(io.root, await prepare([], io));
    io.print(written.length > 0 ? `Written: ${written.join(', ')}.` : 'Nothing to do: the pages are what the sources render.');
    return 0;
  },
};
