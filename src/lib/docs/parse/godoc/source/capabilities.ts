import type { PageFetcher } from '../../../../fetch/page.ts';
import type { GoParser } from '../go-parser.ts';

export const DEFAULT_SUMDB_BASE = 'https://sum.golang.org';

/** What Go source is fetched and parsed with. */
export interface GodocCapabilities {
  readonly fetcher: PageFetcher;
  readonly parser: GoParser;
  /** The token to send to an address, or undefined: see `gitHubBearer`. */
  readonly bearerFor: (url: string) => string | undefined;
  /** Base of the checksum database: DEADZONE_SUMDB_BASE, or else `DEFAULT_SUMDB_BASE`. */
  readonly sumdbBase: string;
}

/**
 * Sends a token to the host of GitHub's API and to the host that it serves files from, and to nobody else: addresses come
 * from the registry and from answers.
 */
export function gitHubBearer(token: string | undefined, apiUrl: string): (url: string) => string | undefined {
  const api = new URL(apiUrl).host;
  const hosts = api === 'api.github.com' ? [api, 'raw.githubusercontent.com'] : [api];
  return (url) => (URL.canParse(url) && hosts.includes(new URL(url).host) ? token : undefined);
}
