import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { contentsListing } from './docs-host/contents-listing.ts';
import { isCurrent, sendFault, sendPage } from './docs-host/deliver.ts';
import { type DocsFaultRule, DocsFaults } from './docs-host/faults.ts';
import { type DocsLatency, noDocsLatency } from './docs-host/latency.ts';
import { type DocsPage, docsPage, pagesOfFolder } from './docs-host/pages.ts';

/** One request as the host saw it. */
export interface DocsRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Milliseconds after the host was started. */
  readonly at: number;
  /** Asked with the validators of a copy. */
  readonly conditional: boolean;
  /** Null where the client never got one. */
  status: number | null;
}

export interface DocsHostOptions {
  /** Content by path, which begins with a slash; the name's end says the media type. */
  readonly pages?: Readonly<Record<string, string | Uint8Array>>;
  /** Serves every file below it as well. */
  readonly folder?: string;
  readonly latency?: DocsLatency;
  readonly faults?: readonly DocsFaultRule[];
}

/** A documentation host on loopback: pages with ETag and Last-Modified, GitHub's directory listings, and scripted faults. */
export interface DocsHost {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string;
  /** `127.0.0.1:PORT`, for `allowPrivateHosts`. */
  readonly host: string;
  /** In the order in which they came. */
  readonly requests: readonly DocsRequest[];
  /** The most requests that were under way at the same time. */
  readonly mostAtOnce: number;
  /** Requests so far, by what they were answered with. */
  counts(): { readonly requests: number; readonly conditional: number; readonly unchanged: number };
  /** Publishes a page or a new version of one, modified a second after the version before. */
  put(path: string, content: string | Uint8Array): void;
  remove(path: string): void;
  setFaults(rules: readonly DocsFaultRule[]): void;
  /** Forgets the requests so far. */
  forget(): void;
  close(): Promise<void>;
}

/** Pages are as old as this unless they come from a folder. */
const PUBLISHED_AT = Date.UTC(2026, 0, 5, 9, 0, 0);

export async function startDocsHost(options: DocsHostOptions = {}): Promise<DocsHost> {
  const pages = options.folder === undefined ? new Map<string, DocsPage>() : pagesOfFolder(options.folder);
  const put = (path: string, content: string | Uint8Array) => {
    const before = pages.get(path);
    pages.set(path, docsPage(path, content, before ? Date.parse(before.lastModified) + 1_000 : PUBLISHED_AT));
  };
  for (const [path, content] of Object.entries(options.pages ?? {})) put(path, content);
  const latency = options.latency ?? noDocsLatency;
  const startedAt = performance.now();
  const gone = new AbortController();
  let faults = new DocsFaults(options.faults ?? []);
  let requests: DocsRequest[] = [];
  let underWay = 0;
  let mostAtOnce = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const listing = contentsListing(url, pages);
    const page = listing ? docsPage('listing.json', JSON.stringify(listing), PUBLISHED_AT) : pages.get(url.pathname);
    const fault = faults.next(url.pathname);
    const bytes = page === undefined || isCurrent(request, page) ? 0 : (page.gzip ?? page.body).length;
    const waitMs = latency({ path: url.pathname, bytes });
    if (waitMs > 0) await delay(waitMs, undefined, { signal: gone.signal });
    if (fault) await sendFault(response, fault, page ?? null);
    else if (page) sendPage(request, response, page);
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('404: Not Found');
  }

  const server = createServer((request, response) => {
    const { 'if-none-match': etag, 'if-modified-since': since } = request.headers;
    const seen: DocsRequest = {
      path: request.url ?? '/',
      headers: request.headers,
      at: performance.now() - startedAt,
      conditional: etag !== undefined || since !== undefined,
      status: null,
    };
    requests.push(seen);
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    response.on('close', () => {
      underWay -= 1;
      if (response.headersSent) seen.status = response.statusCode;
    });
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: `http://${host}`,
    host,
    get requests() {
      return requests;
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    counts: () => ({
      requests: requests.length,
      conditional: requests.filter(({ conditional }) => conditional).length,
      unchanged: requests.filter(({ status }) => status === 304).length,
    }),
    put,
    remove: (path) => {
      pages.delete(path);
    },
    setFaults: (rules) => {
      faults = new DocsFaults(rules);
    },
    forget: () => {
      requests = [];
      mostAtOnce = underWay;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      gone.abort();
      server.closeAllConnections();
      await closed;
    },
  };
}
