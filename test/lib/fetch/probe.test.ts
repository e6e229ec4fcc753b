import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { FetchFailure } from '../../../src/lib/fetch/page.ts';
import { createPageFetcher } from '../../../src/lib/fetch/page-fetcher.ts';

test('a page is looked for by HEAD; a server without HEAD is asked for one byte, and never for the page', async () => {
  const asked: string[] = [];
  let sent = 0;
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request;
    asked.push(`${method} ${url}${headers.range === undefined ? '' : ` ${headers.range}`}`);
    if (url === '/gone.md') response.writeHead(404).end();
    else if (url === '/login.md') response.writeHead(200, { 'content-type': 'text/html' }).end();
    else if (method === 'HEAD' && url !== '/page.md') response.writeHead(405).end();
    else if (url === '/ranges.md')
      response.writeHead(206, { 'content-type': 'text/plain', 'content-range': 'bytes 0-0/9' }).end('#');
    else {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 2 ** 30 });
      if (method === 'HEAD') response.end();
      else response.on('close', () => (sent = response.socket?.bytesWritten ?? 0)).write('#');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fetcher = createPageFetcher({ clock: systemClock, userAgent: 'test', allowPrivateHosts: [host] });
  const { signal } = new AbortController();
  const probe = (path: string) => fetcher.probe({ url: `http://${host}${path}`, mediaTypes: ['text/plain'] }, signal);
  const reasonOf = async (path: string) =>
    await probe(path).catch((thrown: unknown) => (thrown instanceof FetchFailure ? thrown.reason : thrown));
  try {
    await probe('/page.md');
    await probe('/ranges.md');
    await probe('/ignores-ranges.md');
    expect(await reasonOf('/gone.md')).toBe('not_found');
    expect(await reasonOf('/login.md')).toBe('media_type');
    expect(asked).toEqual([
      'HEAD /page.md',
      'HEAD /ranges.md',
      'GET /ranges.md bytes=0-0',
      'HEAD /ignores-ranges.md',
      'GET /ignores-ranges.md bytes=0-0',
      'HEAD /gone.md',
      'GET /gone.md bytes=0-0',
      'HEAD /login.md',
    ]);
    expect(sent).toBeLessThan(1_000);
  } finally {
    await fetcher.close();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
});
