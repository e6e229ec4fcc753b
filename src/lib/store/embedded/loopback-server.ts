import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';

export interface LoopbackServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Refuses what comes from now on, waits for what is running (at most `drainMs`), then cuts the connections. */
  close(drainMs: number): Promise<void>;
}

/** An answer with this header comes from an owner that is leaving: the request did not run and belongs to the next one. */
export const LEAVING_HEADER = 'x-capture-store-leaving';
/** Answers without touching the database, so that a busy owner can be told from one that is gone. */
export const ALIVE_PATH = '/alive';

/**
 * Serves a store to the other processes of this machine on a random port. Requests need the key, and a `Host` that is
 * this very address: a web page that rebinds its name to 127.0.0.1 does not get past that. Neither the server nor its
 * connections keep the process alive.
 */
export async function startLoopbackServer(
  key: string,
  fetch: (request: Request) => Promise<Response>,
): Promise<LoopbackServer> {
  const state: ServerState = { key, host: '', leaving: false, running: new Set() };
  const forward = getRequestListener((request) => fetch(request), { overrideGlobalObjects: false });
  const server = createServer((request, response) => {
    const refusal = refuse(state, request);
    if (refusal !== null) return answer(response, refusal);
    if (request.url === ALIVE_PATH) return answer(response, { status: 204 });
    const work = forward(request, response)
      .catch(() => response.destroy())
      .finally(() => state.running.delete(work));
    state.running.add(work);
  });
  server.on('connection', (socket) => socket.unref());
  server.unref();
  state.host = await listen(server);
  return {
    url: `http://${state.host}`,
    close: (drainMs) => close(server, state, drainMs),
  };
}

interface ServerState {
  readonly key: string;
  host: string;
  leaving: boolean;
  readonly running: Set<Promise<unknown>>;
}

interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function refuse(state: ServerState, request: IncomingMessage): Refusal | null {
  if (request.headers.host !== state.host) return { status: 403 };
  if (!sameKey(String(request.headers['apikey'] ?? ''), state.key)) return { status: 401 };
  if (state.leaving) return { status: 503, headers: { [LEAVING_HEADER]: '1', connection: 'close' } };
  return null;
}

function sameKey(given: string, key: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function answer(response: ServerResponse, { status, headers = {} }: Refusal): void {
  response.writeHead(status, headers).end();
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      server.off('error', reject);
      const { port } = server.address() as AddressInfo;
      resolve(`127.0.0.1:${port}`);
    });
  });
}

async function close(server: Server, state: ServerState, drainMs: number): Promise<void> {
  state.leaving = true;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, drainMs);
  });
  await Promise.race([Promise.all(state.running), limit]);
  clearTimeout(timer);
  server.closeIdleConnections();
  // What is left has had its time, or has sent its answer and is being read: give that a moment, then cut.
  const cut = setTimeout(() => server.closeAllConnections(), 250);
  await closed;
  clearTimeout(cut);
}
