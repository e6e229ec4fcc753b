import { decodePage } from '../../decode-page.ts';
import { ParseFailure } from '../../parse-failure.ts';
import type { GodocCapabilities } from './capabilities.ts';
import { fetchSource } from './fetch-source.ts';
import type { ModuleVersion } from './module-path.ts';

/**
 * The hash `h1:…` that Go's checksum database has of a module's archive.
 *
 * @throws ParseFailure `module_not_found`, or `sumdb_unavailable`: an archive that cannot be verified is not read
 */
export async function listedHash(
  capabilities: GodocCapabilities,
  { escapedPath, version }: ModuleVersion,
  signal: AbortSignal,
): Promise<string> {
  const url = `${capabilities.sumdbBase.replace(/\/+$/, '')}/lookup/${escapedPath}@${version}`;
  const { body } = await fetchSource(
    capabilities,
    {
      url,
      meaning: {
        not_found: 'module_not_found',
        gone: 'module_not_found',
        server_error: 'sumdb_unavailable',
        timeout: 'sumdb_unavailable',
        transport: 'sumdb_unavailable',
      },
    },
    signal,
  );
  for (const line of decodePage(body).split('\n')) {
    const fields = line.split(/\s+/).filter(Boolean);
    const [, of = '', hash = ''] = fields;
    if (fields.length === 3 && hash.startsWith('h1:') && !of.endsWith('/go.mod')) return hash;
  }
  throw new ParseFailure(`${url}: the answer has no hash of the archive`, { reason: 'sumdb_unavailable' });
}
