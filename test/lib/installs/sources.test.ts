import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { createPageFetcher } from '../../../src/lib/fetch/page-fetcher.ts';
import { createGitHubClient } from '../../../src/lib/github/github-client.ts';
import { addDays, dayOf } from '../../../src/lib/installs/days.ts';
import { deriveCache } from '../../../src/lib/installs/ledger/derive.ts';
import type { LedgerEntry } from '../../../src/lib/installs/ledger/entry.ts';
import { knownOf } from '../../../src/lib/installs/ledger/known.ts';
import { zeroDays } from '../../../src/lib/installs/sources/day-series.ts';
import { fetchGitHub } from '../../../src/lib/installs/sources/github/github.ts';
import { fetchNpm } from '../../../src/lib/installs/sources/npm.ts';
import { startCountersHost } from '../../sandbox/counters-host.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { GITHUB_TOKEN } from '../../support/cli-rig.ts';

const now = Date.now();
const time = { today: dayOf(now), at: new Date(now).toISOString() };
const { signal } = new AbortController();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A download on every day from this one to yesterday, and on the day before npm counted. */
function daily(from: string): Record<string, number> {
  const days: Record<string, number> = { '2015-01-09': 1_000_000 };
  for (let day = from; day < time.today; day = addDays(day, 1)) days[day] = 1;
  return days;
}

async function npmHost(days: Record<string, number>, rangeDays?: number) {
  const host = await startCountersHost({ npm: { acme: days } }, rangeDays);
  const base = host.env['DEADZONE_INSTALLS_NPM_API_URL'] ?? '';
  const limits = { minIntervalMs: 0 };
  const options = { clock: systemClock, userAgent: 'test', limits, allowPrivateHosts: [new URL(base).host] };
  const pages = createPageFetcher(options);
  closing.push(host.close, pages.close);
  const ask = async (ledger: readonly LedgerEntry[]) =>
    (await fetchNpm(pages, { base, packages: ['acme'] }, knownOf(ledger), time, signal)).entries;
  return { host, ask };
}

test('npm is read back to its first day in ranges that it answers whole, and later only at the end', async () => {
  const { host, ask } = await npmHost(daily('2015-01-10'));
  const entries = await ask([]);
  const days = Object.keys(daily('2015-01-10')).length - 1;
  expect([entries.length, deriveCache(entries).npm]).toEqual([days, days]);
  expect(host.requests).toHaveLength(Math.ceil(days / 540));
  expect(host.requests.at(-1)).toContain('/downloads/range/2015-01-10:');
  host.forget();
  // The last run was 20 days ago: everything since, and two weeks before that for corrections.
  const known = entries.slice(0, -20);
  expect(await ask(known)).toEqual(entries.slice(-20));
  expect(host.requests).toEqual([`/downloads/range/${addDays(time.today, -34)}:${addDays(time.today, -1)}/acme`]);
});

test('a range that npm shortens without saying so is asked for again from where the answer begins', async () => {
  const { host, ask } = await npmHost(daily(addDays(time.today, -1_000)), 200);
  expect(deriveCache(await ask([])).npm).toBe(1_000);
  expect(host.requests).toHaveLength(6);
});

test('a day without any download is told where that is unlikely', () => {
  const series = (...counts: readonly number[]) =>
    counts.map((count, index) => ({ day: addDays(time.today, index - counts.length), count }));
  expect(zeroDays([series(50, 0, 40, 0), series(5, 0, 0, 0)], time.today)).toEqual([addDays(time.today, -3)]);
  expect(zeroDays([series(50, 0, 40), series(0, 9, 0)], time.today)).toEqual([]);
  expect(zeroDays([series(1, 0, 2)], time.today)).toEqual([]);
});

test('repositories are an account’s own work, or those that are named; what is private is never counted', async () => {
  const sandbox = await startSandbox();
  closing.push(sandbox.close);
  const kinds = { own: {}, fork: { isFork: true }, old: { isArchived: true }, secret: { isPrivate: true } };
  for (const [name, flags] of Object.entries(kinds)) {
    sandbox.mutate({ kind: 'create', options: { owner: 'acme', name, prs: 0, ...flags } });
    sandbox.traffic.set(sandbox.repository(`acme/${name}`), 'clones', { [addDays(time.today, -1)]: 5 });
  }
  const github = createGitHubClient({
    token: GITHUB_TOKEN,
    apiUrl: sandbox.apiUrl,
    graphqlUrl: sandbox.graphqlUrl,
    clock: systemClock,
    fetch: globalThis.fetch,
    observer: {},
    reserve: { kind: 'percent', value: 0 },
    maxWaitMs: 0,
    userAgent: 'test',
  });
  const ask = async (organization: string, repositories?: readonly string[]) => {
    const [clones] = await fetchGitHub(github, { organization, repositories }, knownOf([]), time, signal);
    const names = Object.keys(deriveCache(clones?.entries ?? []).clonesByRepo);
    return [clones?.outcome.state, names.join(), clones?.outcome.error];
  };
  expect(await ask('acme')).toEqual(['ok', 'own', null]);
  expect(await ask('acme', ['own', 'old', 'nope'])).toEqual([
    'partial',
    'own,old',
    'nope: GitHub knows no such repository',
  ]);
  expect(await ask('acme', ['secret'])).toEqual([
    'failed',
    '',
    'secret: it is private, and the cache file is published',
  ]);
  expect(await ask('nobody')).toEqual(['failed', '', 'GitHub knows no account nobody']);
});
