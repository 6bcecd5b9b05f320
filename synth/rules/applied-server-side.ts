import { textsOf, valueAt } from '../../charts/lib/untyped.js';
import { itemsOf, type Member, type Syncer, syncersOf } from './lib/syncers.js';
import type { Finding, Rule } from './rule.js';

/**
 * An object above 256 KiB is applied server-side, and nothing is replaced that could be applied so.
 *
 * Why: a client-side apply keeps the whole object in an annotation, and `metadata.annotations: Too long` fails the sync for ever. Replace=true
 * wins over ServerSideApply=true, and throws away what controllers wrote.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/ (v3.5.1)
 */
export const appliedServerSide: Rule = {
  id: 'applied-server-side',
  *check(view) {
    for (const syncer of syncersOf(view)) {
      const options = textsOf(valueAt(syncer.spec, 'syncPolicy.syncOptions'));
      const replaces = options.indexOf('Replace=true');
      if (replaces >= 0) {
        yield {
          at: syncer.object,
          field: `spec.syncPolicy.syncOptions[${replaces}]`,
          problem: 'It replaces every object, which wins over ServerSideApply=true and drops what controllers wrote into them.',
          fix: 'leave Replace=true out, and let a single Job that must be made anew say "Force=true,Replace=true".',
        };
      }
      for (const member of syncer.members) {
        const finding = checkMember(syncer, member, options.includes('ServerSideApply=true'), replaces >= 0);
        if (finding) yield finding;
      }
    }
  },
};

const limit = 262_144;
const field = 'metadata.annotations.argocd.argoproj.io/sync-options';

function checkMember(syncer: Syncer, member: Member, isServerSide: boolean, isTold: boolean): Finding | undefined {
  const annotations = member.annotations();
  if (syncer.object.manifest.kind === 'Kustomization') return undefined;
  const own = itemsOf(annotations['argocd.argoproj.io/sync-options']);
  const isRemade = member.identity.kind === 'Job' && own.includes('Force=true');
  if (own.includes('Replace=true') && !isTold && !isRemade && (isServerSide || own.includes('ServerSideApply=true'))) {
    const problem = 'It says Replace=true, which wins over the server-side apply that it has otherwise, and drops what controllers wrote.';
    return { at: member.read(), field, problem, fix: 'leave Replace=true out.' };
  }
  const isApplied = own.includes('ServerSideApply=true') || (isServerSide && !own.includes('ServerSideApply=false'));
  if (isApplied || own.includes('Replace=true')) return undefined;
  const at = member.read();
  const size = Buffer.byteLength(JSON.stringify(at.manifest));
  if (size <= limit) return undefined;
  const problem = `It is ${size} bytes, and the Application "${syncer.name}" applies it with a copy in an annotation, which holds ${limit}.`;
  const fix = own.includes('ServerSideApply=false') ? 'leave ServerSideApply=false out.' : 'add the option ServerSideApply=true.';
  return { at, ...(own.length > 0 ? { field } : {}), problem, fix };
}
