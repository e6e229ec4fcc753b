import { ParseFailure } from '../../parse-failure.ts';

/** A version of a module, as the address of its archive names it. */
export interface ModuleVersion {
  readonly path: string;
  readonly version: string;
  /** The path with each capital as `!` and the small letter, as proxies and the checksum database want it. */
  readonly escapedPath: string;
  /** The address with the escaped path. */
  readonly url: string;
}

/**
 * Reads `SCHEME://HOST/MODULE/@v/VERSION.zip`, the path escaped or not. Source: go.dev/ref/mod, "GOPROXY protocol".
 * @throws ParseFailure `unsupported_url`
 */
export function moduleVersionOf(address: string): ModuleVersion {
  const url = URL.parse(address);
  const match = /^\/(.+?)\/@v\/([^/]+)\.zip$/.exec(decodedPath(url) ?? '');
  const [, written = '', version = ''] = match ?? [];
  if (!url || !match) {
    throw new ParseFailure(`${address}: a module's archive is at /MODULE/@v/VERSION.zip`, {
      reason: 'unsupported_url',
    });
  }
  const path = written.replace(/!([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const escapedPath = path.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
  url.pathname = `/${escapedPath}/@v/${version}.zip`;
  return { path, version, escapedPath, url: url.href };
}

/** Undefined where it holds a percent sign that escapes nothing. */
function decodedPath(url: URL | null): string | undefined {
  try {
    return url === null ? undefined : decodeURIComponent(url.pathname);
  } catch (thrown) {
    if (thrown instanceof URIError) return undefined;
    throw thrown;
  }
}
