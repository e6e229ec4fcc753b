import { generateKeyPairSync, verify } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { appTokenSource } from '../../../src/lib/github/token/app-token.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const HOUR_MS = 3_600_000;

/** What GitHub does for Apps: checks the signature, lists installations, mints tokens that live for an hour. */
class AppServer {
  installations = [{ id: 7 }];
  minted = 0;
  readonly #server: Server = createServer((request, response) => {
    const [, header, payload, signature] =
      /^bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const signed = verify(
      'RSA-SHA256',
      Buffer.from(`${header}.${payload}`),
      publicKey,
      Buffer.from(signature ?? '', 'base64url'),
    );
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (!signed) {
      answer(401, { message: 'A JSON web token could not be decoded' });
    } else if (request.url === '/app/installations') {
      answer(200, this.installations);
    } else if (request.url === '/app/installations/7/access_tokens') {
      this.minted += 1;
      answer(201, {
        token: `ghs_minted${this.minted}`,
        expires_at: new Date(Date.now() + HOUR_MS).toISOString(),
        permissions: {},
      });
    } else {
      answer(404, { message: 'Not Found' });
    }
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe('the tokens of a GitHub App', () => {
  let server: AppServer;
  let apiUrl: string;
  const told: string[] = [];
  const source = (key = pem) =>
    appTokenSource(
      { appId: '1234', privateKey: key },
      { apiUrl, userAgent: 'test', fetch, clock: systemClock, onToken: (token) => told.push(token) },
    );

  beforeEach(async () => {
    server = new AppServer();
    apiUrl = await server.listen();
    told.length = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
    server.close();
  });

  it('are minted for the only installation, told before use, and used again while they are good', async () => {
    const token = source(pem.replaceAll('\n', '\\n'));
    expect([await token(), await token()]).toEqual(['ghs_minted1', 'ghs_minted1']);
    expect(told).toContain('ghs_minted1');
    expect(server.minted).toBe(1);
  });

  it('are minted anew before their hour ends', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const token = source();
    expect(await token()).toBe('ghs_minted1');
    vi.setSystemTime(Date.now() + HOUR_MS / 2);
    expect(await token()).toBe('ghs_minted1');
    vi.setSystemTime(Date.now() + HOUR_MS / 2 - 30_000);
    expect(await token()).toBe('ghs_minted2');
  });

  it('need to know which installation when there are several', async () => {
    server.installations = [{ id: 7 }, { id: 8 }];
    await expect(source()()).rejects.toMatchObject({ code: 'app_installation_ambiguous', exitCode: 4 });
  });

  it('are refused with what to check, and without a signed token in the error, when the key is wrong', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    const failure = await source(other.toString())().catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: 'app_token_refused', exitCode: 4 });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toMatch(/eyJ/);
  });
});
