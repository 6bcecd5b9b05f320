import type { ClusterDiff, Danger, DiffReport, ObjectChange } from '../model.js';
import { isNoise, objectId } from './data.js';
import { escapeHtml, markInvisible } from './escape.js';

/** What the page says without its script: what the merge deploys, what may do harm, and a summary by cluster. */
export function renderOverview(report: DiffReport): string {
  return [renderEffects(report), renderDangers(report.clusters), renderSummary(report.clusters)].join('\n');
}

function renderEffects({ target, clusters }: DiffReport): string {
  const list = (effect: ClusterDiff['effect']) =>
    clusters
      .filter((diff) => diff.effect === effect)
      .map(
        (diff) =>
          `<li class="chip"><b>${markInvisible(diff.cluster)}</b> <span>branch ${markInvisible(diff.branch)}</span> ${count(diff.objects.length, 'object')}${
            diff.dangers.length === 0 ? '' : ` <span class="harm">${count(diff.dangers.length, 'danger')}</span>`
          }</li>`,
      )
      .join('');
  const card = (effect: ClusterDiff['effect'], title: string, none?: string) => {
    const items = list(effect);
    if (items === '' && none === undefined) return '';
    return `<div class="card ${effect}"><h2>${title}</h2>${items === '' ? `<p>${none}</p>` : `<ul>${items}</ul>`}</div>`;
  };
  if (clusters.length === 0)
    return '<section class="effects" id="effects"><div class="card"><h2>Nothing changes in any cluster.</h2></div></section>';
  const deploys =
    target === undefined
      ? ''
      : card(
          'deploys',
          `Merging into <code>${markInvisible(target)}</code> deploys to`,
          'No cluster: none with changes follows this branch.',
        );
  return `<section class="effects" id="effects" aria-label="What the merge deploys">
${deploys}
${card('staged', 'Staged: deployed when its own branch gets the change')}
${card('unknown', 'Not known whether the merge deploys it: the target branch is not known')}
</section>`;
}

/** Dangers that are the same in several clusters, told once. */
interface SharedDanger {
  readonly danger: Danger;
  readonly object?: ObjectChange;
  readonly places: { readonly diff: ClusterDiff; readonly index: number; readonly position: number }[];
}

function shareDangers(clusters: readonly ClusterDiff[]): readonly SharedDanger[] {
  const shared = new Map<string, SharedDanger>();
  clusters.forEach((diff, index) => {
    for (const danger of diff.dangers) {
      const object = diff.objects[danger.object];
      const key = JSON.stringify([
        { ...danger, object: 0 },
        object?.group,
        object?.kind,
        object?.namespace,
        object?.name,
        object?.component,
      ]);
      const known = shared.get(key) ?? { danger, ...(object === undefined ? {} : { object }), places: [] };
      known.places.push({ diff, index, position: danger.object });
      shared.set(key, known);
    }
  });
  return [...shared.values()];
}

/** More than these would push everything else out of sight. */
const shownDangers = 8;

function renderDangers(clusters: readonly ClusterDiff[]): string {
  const dangers = shareDangers(clusters).map(renderDanger);
  if (dangers.length === 0) {
    return clusters.length === 0 ? '' : '<section class="dangers none" id="dangers"><h2>No dangers found</h2></section>';
  }
  const rest = dangers.slice(shownDangers);
  return `<section class="dangers" id="dangers" aria-labelledby="dangers-title">
<h2 id="dangers-title">${count(dangers.length, 'danger')} to look at first</h2>
<ol>${dangers.slice(0, shownDangers).join('\n')}</ol>
${rest.length === 0 ? '' : `<details><summary>${rest.length} more</summary><ol start="${shownDangers + 1}">${rest.join('\n')}</ol></details>`}
</section>`;
}

function renderDanger({ danger, object, places }: SharedDanger): string {
  const links = places.map(({ diff, index, position }) => {
    const name = markInvisible(diff.cluster);
    const text = diff.effect === 'deploys' ? `${name} <small>deploys</small>` : name;
    return object === undefined
      ? `<span class="place ${diff.effect}">${text}</span>`
      : `<a class="place ${diff.effect}" href="#/${objectId(index, position)}">${text}</a>`;
  });
  const what =
    object === undefined
      ? 'the whole cluster'
      : `${object.kind} ${object.namespace === undefined ? '' : `${object.namespace}/`}${object.name}`;
  return `<li class="danger"><div class="danger-head"><code class="flag">${escapeHtml(danger.id)}</code> <b>${markInvisible(what)}</b> ${
    danger.field === undefined ? '' : `<code>${markInvisible(danger.field)}</code> `
  }<span class="places">${links.join(' ')}</span></div><p>${markInvisible(danger.problem)}</p><p class="effect">${markInvisible(danger.effect)}</p></li>`;
}

const changes = ['added', 'changed', 'moved', 'removed'] as const;

function renderSummary(clusters: readonly ClusterDiff[]): string {
  if (clusters.length === 0) return '';
  const number = (value: number, name: string) => `<td class="${value === 0 ? 'zero' : name}">${value}</td>`;
  const rows = clusters.map((diff) => {
    const counts = changes.map((change) =>
      number(diff.objects.filter((object) => object.change === change && !isNoise(object)).length, change),
    );
    return `<tr><th scope="row">${markInvisible(diff.cluster)}</th><td><span class="place ${diff.effect}">${diff.effect}</span></td><td><code>${markInvisible(
      diff.branch,
    )}</code></td>${counts.join('')}${number(diff.objects.filter(isNoise).length, 'noise')}${number(diff.dangers.length, 'harm')}</tr>`;
  });
  const heads = ['Cluster', 'Merge', 'Branch', 'Added', 'Changed', 'Moved', 'Removed', 'Noise only', 'Dangers'];
  return `<section class="summary" id="summary" aria-labelledby="summary-title"><h2 id="summary-title">Objects by cluster</h2>
<div class="scroll"><table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div></section>`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
