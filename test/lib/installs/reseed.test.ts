import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRepository } from '../../../src/lib/git/repository.ts';
import { encodeCache } from '../../../src/lib/installs/cache/cache-file.ts';
import { deriveCache } from '../../../src/lib/installs/ledger/derive.ts';
import type { LedgerEntry } from '../../../src/lib/installs/ledger/entry.ts';
import { readCacheHistory } from '../../../src/lib/installs/reseed/cache-history.ts';
import { planReseed } from '../../../src/lib/installs/reseed/plan.ts';
import { writeHistory } from '../../support/cache-history.ts';

const PATH = 'theme/installs-cache.json';
const AT = '2026-05-01T12:00:00.000Z';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'installs-reseed-'));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

function v2(clonesByRepo: Record<string, { count: number; lastSeenDay: string }>): string {
  const clones = Object.values(clonesByRepo).reduce((sum, { count }) => sum + count, 0);
  const counts = { npm: 4049, pypi: 1339, crates: 49, clones, clonesByRepo, releases: 0, releasesByRepo: {} };
  return `${JSON.stringify({ ...counts, ghPackages: 2672, maven: 0, total: 8109, fetchedAt: AT })}\n`;
}
const OLD_SCHEMA = '{"npm":4049,"pypi":1339,"crates":49,"ghcr":0,"maven":0,"total":44156,"fetchedAt":""}\n';

async function plan(present: readonly LedgerEntry[] = []) {
  const { signal } = new AbortController();
  const { evidence, revisions } = await readCacheHistory(await findRepository(join(root, PATH)), signal);
  const planned = planReseed(evidence.counters(), { present, lost: [] }, { today: '2026-05-01', at: AT });
  return { ...planned, revisions, generations: evidence.generations() };
}

const PEAK = v2({
  docs: { count: 30_000, lastSeenDay: '2026-04-29' },
  server: { count: 6_057, lastSeenDay: '2026-04-29' },
});
const NAIVE = v2({
  docs: { count: 29_530, lastSeenDay: '2026-04-30' },
  server: { count: 6_057, lastSeenDay: '2026-04-30' },
});

test('the peak of the history is restored although a wipe and a naive reseed came after it', async () => {
  await writeHistory(root, PATH, [
    { content: PEAK, at: '2026-04-30T06:00:00Z' },
    { content: OLD_SCHEMA, at: '2026-04-30T09:00:00Z' },
    { content: OLD_SCHEMA.replace('4049', '4050'), at: '2026-04-30T18:00:00Z' },
    { content: NAIVE, at: '2026-05-01T09:54:00Z' },
  ]);
  const { after, generations, entries, lost } = await plan();
  expect([after.clones, after.total, lost]).toEqual([36_057, 8_109, []]);
  expect(generations).toMatchObject({ v2: 2, frankenstate: 2, invalid: 0 });
  // The one day that is new: what was read from history is not counted twice.
  const days = (name: string, count: number): LedgerEntry[] => [
    { entry: 'day', source: 'clones', key: name, name, day: '2026-04-29', count: 999, at: AT },
    { entry: 'day', source: 'clones', key: name, name, day: '2026-04-30', count, at: AT },
  ];
  const refreshed = deriveCache([...entries, ...days('docs', 1_600), ...days('server', 44)]);
  expect([refreshed.clones, refreshed.total]).toEqual([37_701, 8_109]);
});

test('each counter comes from the revision that knows most of it, also from a branch, a deletion or an invalid file away', async () => {
  await writeHistory(root, PATH, [
    { content: v2({ docs: { count: 100, lastSeenDay: '2026-04-01' } }), at: '2026-04-02T00:00:00Z' },
    { content: v2({ server: { count: 70, lastSeenDay: '2026-04-20' } }), at: '2026-04-21T00:00:00Z', branch: 'other' },
    { content: PEAK.slice(0, 80), at: '2026-04-22T00:00:00Z' },
    { content: `<<<<<<< HEAD\n${PEAK}`, at: '2026-04-23T00:00:00Z' },
    { content: null, at: '2026-04-24T00:00:00Z' },
  ]);
  const { after, generations, lost, counters } = await plan();
  expect(after.clonesByRepo).toEqual({
    docs: { count: 100, lastSeenDay: '2026-04-01' },
    server: { count: 70, lastSeenDay: '2026-04-20' },
  });
  expect(generations).toMatchObject({ v2: 2, invalid: 2, deleted: 1 });
  // 2026-04-17 is the oldest day that GitHub still tells on the first of May.
  expect(lost).toEqual([{ repository: 'docs', from: '2026-04-02', to: '2026-04-16', days: 15 }]);
  expect(counters.find(({ name }) => name === 'server')?.origin.commit).toMatch(/^[0-9a-f]{40}$/);
});

test('a plan that is made again after it was carried out has nothing to do', async () => {
  await writeHistory(root, PATH, [{ content: PEAK, at: '2026-04-30T06:00:00Z' }]);
  const first = await plan();
  const again = await plan(first.entries);
  expect([again.entries, encodeCache(again.after)]).toEqual([[], encodeCache(first.after)]);
});
