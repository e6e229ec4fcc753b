import { expect, test } from 'vitest';
import { FetchFailure } from '../../../src/lib/fetch/page.ts';
import type { DocsFault } from '../../sandbox/docs-host/faults.ts';
import { Random } from '../../sandbox/history/random.ts';
import { startFetchRig } from './fetch-rig.ts';

const FAULTS: readonly DocsFault[] = [
  { type: 'status', status: 404 },
  { type: 'status', status: 502 },
  { type: 'status', status: 304 },
  { type: 'status', status: 429, headers: { 'retry-after': '3' } },
  { type: 'status', status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' } },
  { type: 'redirect', to: '/page-1.md' },
  { type: 'redirect', to: 'http://10.0.0.1/' },
  { type: 'redirect', to: 'http://' },
  { type: 'reset' },
  { type: 'cut' },
  { type: 'hang' },
  { type: 'login' },
  { type: 'login', disguised: true },
  { type: 'huge', bytes: 2 ** 31 },
  { type: 'huge', bytes: 2 ** 20, untold: true },
  { type: 'bomb', bytes: 2 ** 20 },
  { type: 'slow-loris', everyMs: 5 },
  { type: 'coding', coding: 'br', broken: true },
  { type: 'coding', coding: 'deflate-raw' },
];

test('whatever a host does, every page ends as fetched or with its reason', async () => {
  const random = new Random(20_260_105);
  const names = Array.from({ length: 150 }, (_, page) => `/page-${page}.md`);
  const { host, get } = await startFetchRig(
    {
      pages: Object.fromEntries(names.map((name) => [name, `# ${name}\n\n${'Text. '.repeat(random.below(900))}\n`])),
      faults: names.flatMap((path) =>
        Array.from({ length: random.below(4) }, (_, index) => ({ path, nth: index + 1, fault: random.pick(FAULTS) })),
      ),
    },
    {
      limits: {
        perHost: 16,
        headersMs: 400,
        totalMs: 800,
        pace: { windowMs: 200, minBytes: 1_000 },
        maxBytes: 500_000,
      },
    },
  );
  const settled = await Promise.allSettled(names.map((name) => get(name, { mediaTypes: ['text/markdown'] })));
  const reasons = new Map<string, number>();
  for (const each of settled) {
    if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(FetchFailure);
    const outcome = each.status === 'fulfilled' ? each.value.outcome : (each.reason as FetchFailure).reason;
    reasons.set(outcome, (reasons.get(outcome) ?? 0) + 1);
  }
  expect(reasons.get('fetched')).toBeGreaterThan(names.length / 4);
  expect([...reasons.keys()].sort()).toEqual(
    [
      'fetched',
      'http_status',
      'media_type',
      'not_found',
      'redirects',
      'refused_address',
      'too_large',
      'forbidden',
    ].sort(),
  );
  expect(host.requests.length).toBeGreaterThan(names.length);
});
