import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { MARKDOWN_MEDIA_TYPES } from '../../../src/lib/fetch/media-type.ts';
import type { PageFetcherOptions } from '../../../src/lib/fetch/page-fetcher.ts';
import type { DocsHostOptions } from '../../sandbox/docs-host.ts';
import { type FetchRig, startFetchRig } from './fetch-rig.ts';

const TEXT = `\uFEFF# Guide\n\n${'A page of some length. '.repeat(200)}\n`;
const PAGES = { '/guide.md': TEXT };

function start(host: DocsHostOptions, fetcher?: Partial<PageFetcherOptions>): Promise<FetchRig> {
  return startFetchRig({ pages: PAGES, ...host }, fetcher);
}

test('a page comes whole, says who asks, and costs one conditional request when it has not changed', async () => {
  const { get, host } = await start({});
  const first = await get('/guide.md', { mediaTypes: MARKDOWN_MEDIA_TYPES });
  if (first.outcome !== 'fetched') throw new Error('not fetched');
  expect(Buffer.from(first.body).toString()).toBe(TEXT);
  expect(first.sha256).toBe(createHash('sha256').update(TEXT).digest('hex'));
  expect(first.mediaType).toBe('text/markdown');
  expect(host.requests[0]?.headers['user-agent']).toBe('capture-cli-test (+mailto:docs@example.com)');

  expect(await get('/guide.md', { validators: first.validators })).toEqual({
    outcome: 'unchanged',
    url: first.url,
    validators: first.validators,
  });
  const byDate = { etag: null, lastModified: first.validators.lastModified };
  expect((await get('/guide.md', { validators: byDate })).outcome).toBe('unchanged');

  host.put('/guide.md', '# New');
  const renewed = await get('/guide.md', { validators: first.validators });
  expect(renewed.outcome === 'fetched' && Buffer.from(renewed.body).toString()).toBe('# New');
  expect(host.counts()).toEqual({ requests: 4, conditional: 3, unchanged: 2 });

  host.setFaults([{ fault: { type: 'new-etag' } }]);
  const again = await get('/guide.md', { validators: renewed.validators });
  expect(again).toMatchObject({ outcome: 'fetched', sha256: renewed.outcome === 'fetched' ? renewed.sha256 : '' });
  expect(again.validators).not.toEqual(renewed.validators);
});

test.each(['gzip', 'br', 'deflate', 'deflate-raw', 'identity'])('%s is undone', async (coding) => {
  const { get } = await start({ faults: [{ fault: { type: 'coding', coding } }] });
  const page = await get('/guide.md');
  expect(page.outcome === 'fetched' && Buffer.from(page.body).toString()).toBe(TEXT);
});

test('a server that fails, resets, cuts or breaks its stream is asked again, later each time', async () => {
  const { get, clock, host } = await start(
    {
      faults: [
        { nth: 1, fault: { type: 'status', status: 502 } },
        { nth: 2, fault: { type: 'reset' } },
        { nth: 3, fault: { type: 'cut' } },
        { nth: 4, fault: { type: 'coding', coding: 'gzip', broken: true } },
      ],
    },
    { limits: { minIntervalMs: 0, backoff: { baseMs: 1_000, capMs: 3_000 } } },
  );
  expect((await get('/guide.md')).outcome).toBe('fetched');
  expect(clock.slept).toEqual([500, 1_000, 1_500, 1_500]);
  expect(host.requests).toHaveLength(5);
});

test('a failure names the address, the status, the reason and the attempts', async () => {
  const { failureOf, host } = await start({
    faults: [
      { path: '/gone.md', fault: { type: 'status', status: 410 } },
      { path: '/secret.md', fault: { type: 'status', status: 401 } },
      { path: '/closed.md', fault: { type: 'status', status: 403 } },
      { path: '/teapot.md', fault: { type: 'status', status: 418 } },
      { path: '/broken.md', fault: { type: 'status', status: 503 } },
      { path: '/cut.md', fault: { type: 'cut' } },
      { path: '/odd.md', fault: { type: 'coding', coding: 'zpaq' } },
    ],
  });
  const seen: Record<string, unknown> = {};
  for (const name of ['none', 'gone', 'secret', 'closed', 'teapot', 'broken', 'cut', 'odd']) {
    const { reason, status, attempts, message } = await failureOf(`/${name}.md`);
    seen[name] = [reason, status, attempts];
    expect(message).toContain(`${host.url}/${name}.md could not be fetched: `);
  }
  expect(seen).toEqual({
    none: ['not_found', 404, 1],
    gone: ['gone', 410, 1],
    secret: ['forbidden', 401, 1],
    closed: ['forbidden', 403, 1],
    teapot: ['http_status', 418, 1],
    broken: ['server_error', 503, 5],
    cut: ['transport', 200, 5],
    odd: ['media_type', 200, 1],
  });
  expect((await failureOf('/broken.md')).message).toMatch(
    /: HTTP 503 Service Unavailable \(server_error, 5 attempts\)$/,
  );
});

test('a server that does not speak TLS is asked again, as a name that does not exist is not', async () => {
  const { failureOf, host } = await start(
    {},
    {
      lookup: (_name, _options, callback) =>
        callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), ''),
    },
  );
  expect(await failureOf(`https://${host.host}/guide.md`)).toMatchObject({ reason: 'transport', attempts: 5 });
  expect(await failureOf('http://nowhere.example/')).toMatchObject({ reason: 'transport', attempts: 1 });
});

test('a login page is no Markdown: not as HTML, not in disguise, not behind a redirect', async () => {
  const login = { type: 'login' } as const;
  const { failureOf, host } = await start({
    faults: [
      { path: '/a.md', fault: login },
      { path: '/b.md', fault: { ...login, disguised: true } },
      { path: '/c.md', fault: { type: 'redirect', to: '/sign-in' } },
      { path: '/sign-in', fault: login },
    ],
  });
  const request = { mediaTypes: MARKDOWN_MEDIA_TYPES };
  expect((await failureOf('/a.md', request)).message).toContain(
    'the page is text/html (a login or error page?), expected text/markdown, text/x-markdown, text/plain (media_type, 1 attempt)',
  );
  expect((await failureOf('/b.md', request)).message).toContain('is sent as text/plain but is HTML');
  expect((await failureOf('/c.md', request)).message).toContain(
    `, after a redirect to ${host.url}/sign-in (media_type`,
  );
});

test('a body beyond the limit is refused: told in advance, counted as it comes, or unpacked', async () => {
  const { failureOf, host } = await start({
    faults: [
      { path: '/told.md', fault: { type: 'huge', bytes: 2 ** 31 } },
      { path: '/untold.md', fault: { type: 'huge', bytes: 2 ** 31, untold: true } },
      { path: '/bomb.md', fault: { type: 'bomb', bytes: 24 * 2 ** 20 } },
    ],
  });
  const before = process.memoryUsage().rss;
  const startedAt = performance.now();
  expect((await failureOf('/told.md')).message).toContain('the page has 2147483648 bytes, the limit is 16777216');
  expect((await failureOf('/untold.md')).message).toContain('the page has more than 16777216 bytes');
  expect((await failureOf('/bomb.md')).message).toContain(
    'the page unpacks to more than 16777216 bytes (too_large, 1 ',
  );
  expect((await failureOf('/guide.md', { maxBytes: 1_000 })).reason).toBe('too_large');
  expect(host.requests).toHaveLength(4);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
});

test('a host that hangs, or sends a byte now and then, is given up', async () => {
  const { failureOf } = await start(
    {
      faults: [
        { path: '/hang.md', fault: { type: 'hang' } },
        { path: '/loris.md', fault: { type: 'slow-loris', everyMs: 10 } },
      ],
    },
    { limits: { headersMs: 150, totalMs: 500, pace: { windowMs: 200, minBytes: 100 }, retries: 1 } },
  );
  const failures = await Promise.all([failureOf('/hang.md'), failureOf('/loris.md')]);
  expect(failures.map(({ reason, status, attempts }) => [reason, status, attempts])).toEqual([
    ['timeout', null, 2],
    ['timeout', 200, 2],
  ]);
  expect(failures.map(({ message }) => message)).toEqual([
    expect.stringContaining('no answer within 0.15 s'),
    expect.stringContaining('less than 100 bytes of the body came in 0.2 s'),
  ]);
});

test('an abort ends what is under way, waits or queues, with its reason', async () => {
  const { fetcher, host } = await start({ faults: [{ fault: { type: 'hang' } }] }, { limits: { perHost: 1 } });
  const stop = new AbortController();
  const fetches = [1, 2].map((page) => fetcher.fetch({ url: `${host.url}/${page}.md` }, stop.signal));
  await expect.poll(() => host.requests.length).toBe(1);
  const reason = new Error('stopped by the operator');
  stop.abort(reason);
  expect(await Promise.allSettled(fetches)).toEqual(fetches.map(() => ({ status: 'rejected', reason })));
  expect(host.requests).toHaveLength(1);
});
