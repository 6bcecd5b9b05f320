/** A kind as people write it. @example nameOfPair('apps', 'Deployment') is 'Deployment.apps', nameOfPair('', 'Service') is 'Service' */
export function nameOfPair(group: string, kind: string): string {
  return group === '' ? kind : `${kind}.${group}`;
}
