import { discoverFleet } from '../../clusters/lib/discover.js';
import { BadUsage, type Command } from '../command.js';
import { writeDocs } from '../docs.js';

export const docs: Command = {
  summary: 'Writes the generated pages below docs/.',
  help: ['', 'docs/secrets.md: every Secret that a cluster needs, and who fills it.'],
  async run(names, io) {
    if (names.length > 0) throw new BadUsage('"docs" takes no names; its pages show the whole fleet.');
    const written = await writeDocs(io.root, await discoverFleet(io.root, io.loadCluster));
    io.print(written.length > 0 ? `Written: ${written.join(', ')}.` : 'Nothing to do: the pages are what the sources render.');
    return 0;
  },
};
