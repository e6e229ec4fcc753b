import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rawHostLatency } from '../../sandbox/docs-host/latency.ts';
import { type DocsHostOptions, startDocsHost } from '../../sandbox/docs-host.ts';
import { temporaryDirectory } from '../../support/temp.ts';

async function start(options: DocsHostOptions) {
  const host = await startDocsHost(options);
  onTestFinished(host.close);
  return host;
}

test('a folder is served, and what changes in it by hand gets new validators', async () => {
  const temp = await temporaryDirectory();
  onTestFinished(temp.remove);
  await mkdir(join(temp.path, 'guide'));
  await writeFile(join(temp.path, 'guide', 'start.md'), '# Start\n');
  const host = await start({ folder: temp.path });
  const first = await fetch(`${host.url}/guide/start.md`);
  expect([first.headers.get('content-type'), await first.text()]).toEqual([
    'text/markdown; charset=utf-8',
    '# Start\n',
  ]);
  const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
  expect((await fetch(first.url, { headers })).status).toBe(304);
  host.put('/guide/start.md', '# Start again\n');
  expect((await fetch(first.url, { headers })).status).toBe(200);
  host.remove('/guide/start.md');
  expect((await fetch(first.url)).status).toBe(404);
  expect(host.requests.map(({ status }) => status)).toEqual([200, 304, 200, 404]);
});

test("a directory is listed as GitHub's contents API does, with addresses that lead to its files", async () => {
  const host = await start({
    pages: {
      '/golang/go/go1.26.2/src/sort/sort.go': 'package sort\n',
      '/golang/go/go1.26.2/src/sort/gen/gen.go': 'package main\n',
    },
  });
  const ask = (path: string) => fetch(`${host.url}/repos/golang/go/contents/${path}?ref=go1.26.2`);
  const entries = (await (await ask('src/sort')).json()) as Readonly<Record<string, unknown>>[];
  expect(entries).toMatchObject([
    { type: 'file', name: 'sort.go', path: 'src/sort/sort.go', size: 13 },
    { type: 'dir', name: 'gen', path: 'src/sort/gen', download_url: null },
  ]);
  expect(await (await fetch(String(entries[0]?.['download_url']))).text()).toBe('package sort\n');
  expect(await (await ask('src/sort/sort.go')).json()).toMatchObject({ type: 'file', name: 'sort.go' });
  expect((await ask('src/none')).status).toBe(404);
});

test('faults strike the requests that they name, and latency is that of a raw file host', async () => {
  const broken = { type: 'status', status: 502 } as const;
  const host = await start({
    pages: { '/a.md': 'a', '/b.md': 'b' },
    faults: [
      { path: '/a.md', nth: 2, fault: broken },
      { path: '/b*', every: 2, fault: { ...broken, status: 500 } },
    ],
  });
  const statuses: number[] = [];
  for (const page of ['a', 'a', 'b', 'a', 'b', 'b']) statuses.push((await fetch(`${host.url}/${page}.md`)).status);
  expect(statuses).toEqual([200, 502, 200, 200, 500, 200]);

  const times = Array.from({ length: 200 }, (_, page) => rawHostLatency()({ path: `/page-${page}.md`, bytes: 0 }));
  expect([Math.min(...times) >= 30, Math.max(...times) <= 80]).toEqual([true, true]);
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  expect(Math.abs(mean - 55)).toBeLessThan(5);
});
