import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../src/lib/clock.ts';

interface Link {
  readonly content: () => string | Buffer | null;
  readonly expiresAt: number;
}

/** A download of a log, as tests want to see it. */
export interface Download {
  readonly status: number;
  /** True when the client sent a token to a host that is not GitHub's API. */
  readonly withAuthorization: boolean;
}

function storageError(code: string, message: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}

/**
 * The storage behind log downloads: an origin of its own, as GitHub's is, with links that end. It knows no GitHub token
 * and refuses a request that brings one, as Azure's storage does for a signed link.
 */
export class LogLinks {
  readonly downloads: Download[] = [];
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  readonly #links = new Map<string, Link>();
  readonly #server = createServer((request, response) => this.#answer(request, response));
  #origin = '';

  constructor(clock: Clock, lifetimeMs: number) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => resolve());
    });
    this.#origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  /** A link that is good for a while. */
  create(content: Link['content']): string {
    const name = randomBytes(12).toString('hex');
    const expiresAt = this.#clock.now() + this.#lifetimeMs;
    this.#links.set(name, { content, expiresAt });
    const query = new URLSearchParams({ se: new Date(expiresAt).toISOString(), sig: randomBytes(8).toString('hex') });
    return `${this.#origin}/actions-results/${name}.txt?${query}`;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const name = /^\/actions-results\/(\w+)\.txt/.exec(request.url ?? '')?.[1] ?? '';
    const link = this.#links.get(name);
    const withAuthorization = request.headers.authorization !== undefined;
    const send = (status: number, type: string, body: string | Buffer) => {
      this.downloads.push({ status, withAuthorization });
      response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
    };
    const refuse = (status: number, code: string, message: string) =>
      send(status, 'application/xml', storageError(code, message));
    const content = link?.content() ?? null;
    if (!link || content === null) refuse(404, 'BlobNotFound', 'The specified blob does not exist.');
    else if (withAuthorization) refuse(401, 'InvalidAuthenticationInfo', 'Server failed to authenticate the request.');
    else if (this.#clock.now() > link.expiresAt)
      refuse(403, 'AuthenticationFailed', 'Signature not valid in the specified time frame.');
    else send(200, 'text/plain; charset=utf-8', content);
  }
}
