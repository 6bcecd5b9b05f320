import { offerOfRegistry, parseReference, versionsInRegistry } from './oci.js';
import { Repositories } from './repositories.js';
import type { Downloads } from './vendor-download.js';
import type { Source } from './vendor-source.js';

/** Of one upstream manifest, in bytes. */
const manifestLimit = 20 * 1024 * 1024;

/** Upstream itself: chart repositories, OCI registries and released files. */
export function networkSource(downloads: Downloads): Source {
  const repositories = new Repositories(downloads);
  return {
    kind: 'upstream',
    chart(id) {
      if (!id.repository.startsWith('oci://')) return repositories.chart(id);
      const url = `${id.repository.replace(/\/$/, '')}/${id.chart}`;
      return offerOfRegistry(parseReference(url, id.version), downloads);
    },
    versions(id) {
      if (!id.repository.startsWith('oci://')) return repositories.versions(id);
      return versionsInRegistry(parseReference(`${id.repository.replace(/\/$/, '')}/${id.chart}`, 'none'), downloads);
    },
    async manifest(url) {
      const content = await downloads.getFile(url, { limit: manifestLimit });
      return { origin: url, read: async () => content };
    },
  };
}
