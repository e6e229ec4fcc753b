import { expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import type { FetchObserver } from '../../../src/lib/fetch/page.ts';
import { startFetchRig } from './fetch-rig.ts';

const PAGES = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`/${index}.md`, `# Page ${index}\n`]));
const PATHS = Object.keys(PAGES);

function recorder(): FetchObserver & { readonly seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    waiting: (_host, reason) => seen.push(`waiting ${reason}`),
    resumed: () => seen.push('resumed'),
    retrying: (_url, reason) => seen.push(`retrying ${reason}`),
  };
}

test('a host is asked for a few pages at a time, in order, and not faster than the interval', async () => {
  const { host, get } = await startFetchRig(
    { pages: PAGES, latency: () => 40 },
    { clock: systemClock, limits: { perHost: 3, minIntervalMs: 10 } },
  );
  await Promise.all(PATHS.map((path) => get(path)));
  expect(host.mostAtOnce).toBe(3);
  expect(host.requests.map(({ path }) => path)).toEqual(PATHS);
  const startedAt = host.requests.map(({ at }) => at);
  expect((startedAt.at(-1) ?? 0) - (startedAt[0] ?? 0)).toBeGreaterThan(110);
});

test('all hosts together are asked for no more than the total', async () => {
  const { host, get } = await startFetchRig({ pages: PAGES, latency: () => 20 }, { limits: { perHost: 8, total: 2 } });
  await Promise.all(PATHS.map((path) => get(path)));
  expect(host.mostAtOnce).toBe(2);
});

test('retry-after holds the whole host, for as long as it says and no longer', async () => {
  const observer = recorder();
  const { host, get } = await startFetchRig(
    {
      pages: PAGES,
      faults: [{ path: '/0.md', nth: 1, fault: { type: 'status', status: 429, headers: { 'retry-after': '1' } } }],
    },
    { clock: systemClock, observer, limits: { perHost: 1, minIntervalMs: 0 } },
  );
  await Promise.all(PATHS.slice(0, 3).map((path) => get(path)));
  const [refused, ...later] = host.requests;
  const waited = later.map(({ at }) => at - (refused?.at ?? 0));
  expect(waited).toHaveLength(3);
  expect(Math.min(...waited)).toBeGreaterThanOrEqual(990);
  expect(Math.max(...waited)).toBeLessThan(2_000);
  expect(observer.seen).toEqual(['waiting retry_after', 'resumed']);
});

test('a pause is read as seconds, as a date, or from a spent budget; one that is not named is a backoff', async () => {
  const observer = recorder();
  const at = (seconds: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, seconds));
  const headers = (more: Record<string, string>) => ({ date: at(0).toUTCString(), ...more });
  const { get, clock } = await startFetchRig(
    {
      pages: PAGES,
      faults: [
        { nth: 1, fault: { type: 'status', status: 503, headers: headers({ 'retry-after': '7' }) } },
        { nth: 2, fault: { type: 'status', status: 429, headers: headers({ 'retry-after': at(11).toUTCString() }) } },
        {
          nth: 3,
          fault: {
            type: 'status',
            status: 403,
            headers: headers({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${at(13).getTime() / 1_000}` }),
          },
        },
        { nth: 4, fault: { type: 'status', status: 429 } },
      ],
    },
    { observer, limits: { minIntervalMs: 0, backoff: { baseMs: 1_000, capMs: 60_000 } } },
  );
  expect(await get('/0.md')).toMatchObject({ outcome: 'fetched' });
  expect(clock.slept).toEqual([7_000, 11_000, 13_000, 4_000]);
  expect(observer.seen.filter((line) => line !== 'resumed')).toEqual([
    'waiting retry_after',
    'waiting retry_after',
    'waiting retry_after',
    'waiting backoff',
  ]);
});

test('a pause that is too long fails the page with its time, and the next page without asking', async () => {
  const spent = { 'x-ratelimit-remaining': '0', 'retry-after': '3600' };
  const { failureOf, host, clock } = await startFetchRig({
    pages: PAGES,
    faults: [{ fault: { type: 'status', status: 403, headers: spent } }],
  });
  const first = await failureOf('/0.md');
  const retryAt = clock.now() + 3_600_000;
  expect(first).toMatchObject({ reason: 'rate_limited', status: 403, attempts: 1, retryAt });
  expect(first.message).toContain(`it may be asked again from ${new Date(retryAt).toISOString()}`);
  const second = await failureOf('/1.md');
  expect(second).toMatchObject({ reason: 'rate_limited', status: null, attempts: 1, retryAt });
  expect(second.message).toContain(`${host.host} has asked for a pause`);
  expect(host.requests).toHaveLength(1);
});

test('a host that has been silent for a minute is not asked any more, whatever pages are left', async () => {
  const { host, failureOf } = await startFetchRig(
    { pages: PAGES, faults: [{ fault: { type: 'reset' } }] },
    { limits: { perHost: 1, retries: 4, backoff: { baseMs: 8_000, capMs: 8_000 } } },
  );
  const failures = [];
  for (const path of PATHS) failures.push(await failureOf(path));
  expect(failures.every(({ reason }) => reason === 'transport')).toBe(true);
  // Three pages of five attempts, four seconds apart, take 48 seconds; the minute ends in the middle of the fourth.
  expect(host.requests).toHaveLength(3 * 5 + 3);
  expect(failures.at(-1)?.message).toMatch(/has not answered for a while/);
});
