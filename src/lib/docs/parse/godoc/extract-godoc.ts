import type { KnownPage, PageReading } from '../page-reading.ts';
import { ParseFailure } from '../parse-failure.ts';
import type { GodocCapabilities } from './source/capabilities.ts';
import { readContents } from './source/contents.ts';
import { readModuleZip } from './source/module-zip.ts';

/**
 * The documentation of the Go source behind an address, which is either a folder in GitHub's contents API
 * (`…/contents/…`: one package, not those below it) or a module as module proxies serve it (`…/@v/VERSION.zip`).
 *
 * `known` and the answer are about the address itself, so that one conditional request tells that nothing has changed:
 * the contents API lists the hash of every file, and a version of a module never changes.
 *
 * @throws ParseFailure, or FetchFailure for what it does not name
 */
export async function extractGodoc(
  capabilities: GodocCapabilities,
  url: string,
  known: KnownPage | null,
  signal: AbortSignal,
): Promise<PageReading> {
  if (url.includes('/@v/') && url.endsWith('.zip')) return await readModuleZip(capabilities, url, known, signal);
  if (url.includes('/contents/')) return await readContents(capabilities, url, known, signal);
  throw new ParseFailure(
    `godoc: unsupported URL shape ${url}: it is neither a folder of the contents API (/contents/…) nor a module (/@v/VERSION.zip)`,
    { reason: 'unsupported_url' },
  );
}
