import { formatProblem, Problems } from '../../charts/lib/problem.js';
import { discoverFleet } from '../../clusters/lib/discover.js';
import { settings } from '../../clusters/lib/settings.js';
import { BadUsage, type Command } from '../command.js';

export const vendor: Command = {
  summary: 'Fetches the charts and upstream manifests of the fleet, and locks their digests in charts.lock.yaml.',
  usage: '[component...] [--from DIR]',
  options: ['--from'],
  help: [
    '',
    'The only command besides import that reads the network, and only anonymously: a private repository needs --from.',
    'Everything is asked for again, and fetched if .cache/charts/ does not have it. Content that changed under the same',
    'version is an error. With names only what these components use is fetched, and every other entry stays; without,',
    'entries that no release uses go. The lock is written only if nothing is wrong.',
    '',
    '--from DIR reads local copies instead: archives (*.tgz) and unpacked charts by the name and version in their',
    'Chart.yaml, and manifests by the last parts of their address, all anywhere below DIR. An unpacked chart has another',
    'digest than the archive that upstream serves, so a lock made from one does not hold for the other.',
    '',
    'Exit codes: 0 done, 1 something is wrong, 64 wrong usage, 70 a bug.',
  ],
  afterProblems: 'charts.lock.yaml was not touched; what could be fetched is in the store.',
  async run(names, io, options = {}) {
    // Every other command starts without the readers of archives and indices.
    const [{ vendor }, { listWanted }, { generateValueTypes }, { openChartStore }, { readLock, writeLock, lockFile }] = await Promise.all([
      import('../helm/vendor.js'),
      import('../helm/vendor-wanted.js'),
      import('../helm/value-types.js'),
      import('../helm/world.js'),
      import('../helm/lock.js'),
    ]);
    const wanted = listWanted(await discoverFleet(io.root, io.loadCluster));
    const unknown = names.filter((name) => !wanted.components.includes(name));
    if (unknown.length > 0)
      throw new BadUsage(
        `There is no component ${unknown.map((name) => `"${name}"`).join(', ')}. The components are ${wanted.components.join(', ')}.`,
      );
    const { openSource } = await import('../helm/open-source.js');
    const source = await openSource(options['--from'], io);
    const store = openChartStore(io.root);
    const { vendored, problems, lock } = await vendor({ wanted, names, lock: await readLock(io.root), source, store });
    for (const { name, state, origin } of vendored)
      io.print(state === 'fetched' && origin !== name ? `${name}: ${state} (${origin})` : `${name}: ${state}`);
    if (problems.some(({ severity }) => severity === 'error')) throw new Problems(problems);
    for (const problem of problems) io.printError(formatProblem(problem));
    const isWritten = await writeLock(io.root, lock);
    // In Git, an archive that nobody needs is weight for ever; in the cache it may be wanted by another branch.
    if (settings.archives === 'repository') await store.keepOnly(new Set([...lock.charts, ...lock.manifests].map(({ sha256 }) => sha256)));
    const counts = (['fetched', 'from cache', 'unchanged'] as const).map(
      (state) => `${vendored.filter((item) => item.state === state).length} ${state}`,
    );
    io.print(`${counts.join(', ')}; ${lockFile} ${isWritten ? 'written' : 'is the same'}.`);
    const { changed, removed } = await generateValueTypes(
      io.root,
      lock,
      store,
      wanted.charts.map(({ chart }) => chart),
    );
    for (const path of changed) io.print(`imports/helm/${path}: written`);
    for (const path of removed) io.print(`imports/helm/${path}: removed`);
    return 0;
  },
};
