import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeCache, totalOf } from '../../../src/lib/installs/cache/cache-file.ts';
import { classify } from '../../../src/lib/installs/cache/classify.ts';
import { deriveCache } from '../../../src/lib/installs/ledger/derive.ts';
import type { DayCount, LedgerEntry } from '../../../src/lib/installs/ledger/entry.ts';
import { appendToLedger, ledgerPathOf, readLedger } from '../../../src/lib/installs/ledger/ledger-file.ts';
import { openingsOf } from '../../../src/lib/installs/ledger/openings.ts';

const AT = '2026-05-01T06:00:00.000Z';

function clones(day: string, count: number, key = 'docs'): DayCount {
  return { entry: 'day', source: 'clones', key, name: key, day, count, at: AT };
}

const countsBefore = {
  npm: 4000,
  pypi: 1300,
  crates: 49,
  clones: 60,
  clonesByRepo: { docs: { count: 60, lastSeenDay: '2026-04-03' } },
  releases: 0,
  releasesByRepo: {},
  ghPackages: 0,
  maven: 0,
  total: 5349,
  fetchedAt: AT,
};

describe('counters that a ledger makes', () => {
  test('clones are the sum of their days, each once', () => {
    const days = [clones('2026-04-01', 10), clones('2026-04-02', 20), clones('2026-04-03', 30)];
    const cache = deriveCache([...days, ...days]);
    expect(cache.clonesByRepo).toEqual({ docs: { count: 60, lastSeenDay: '2026-04-03' } });
  });

  test('days that an earlier cache file holds already are not counted again', () => {
    const overlap = [clones('2026-04-02', 999), clones('2026-04-03', 999)];
    const later = [clones('2026-04-04', 25), clones('2026-04-05', 35)];
    const cache = deriveCache([...openingsOf(countsBefore, 'cache file', AT), ...overlap, ...later]);
    expect(cache.clonesByRepo['docs']).toEqual({ count: 120, lastSeenDay: '2026-04-05' });
    expect(cache.total).toBe(5349);
  });

  test('a day that was told as 0 and is corrected later counts at its highest', () => {
    expect(deriveCache([clones('2026-04-01', 0), clones('2026-04-01', 50), clones('2026-04-01', 7)]).clones).toBe(50);
  });

  test('a package keeps its highest number, and a sum of unknown parts is a floor', () => {
    const level = (name: string, count: number): LedgerEntry => ({
      entry: 'level',
      source: 'crates',
      key: name,
      name,
      count,
      at: AT,
    });
    const cache = deriveCache([...openingsOf(countsBefore, 'cache file', AT), level('runcycles', 40)]);
    expect([cache.crates, cache.cratesByPackage]).toEqual([49, { runcycles: 40 }]);
    expect(deriveCache([level('a', 1620), level('b', 447), level('a', 1700)]).crates).toBe(2147);
  });

  test('a repository that is renamed stays one counter, under its new name', () => {
    const named = (name: string): LedgerEntry => ({ entry: 'repository', id: '7', name, at: AT });
    const cache = deriveCache([
      ...openingsOf(countsBefore, 'cache file', AT),
      named('docs'),
      clones('2026-04-04', 5, '7'),
      named('handbook'),
      clones('2026-04-05', 6, '7'),
    ]);
    expect(cache.clonesByRepo).toEqual({ handbook: { count: 71, lastSeenDay: '2026-04-05' } });
  });

  test('a release asset that is deleted keeps what it had', () => {
    const asset = (key: string, count: number): LedgerEntry => ({
      entry: 'level',
      source: 'releases',
      key,
      name: 'docs',
      count,
      at: AT,
    });
    expect(deriveCache([asset('1', 200), asset('2', 20), asset('2', 50)]).releasesByRepo).toEqual({ docs: 250 });
  });

  test('clones are not installs', () => {
    expect(totalOf({ npm: 4000, pypi: 1300, crates: 49, releases: 250, ghPackages: 0, maven: 0 })).toBe(5599);
  });

  test('the same numbers are the same bytes, in whatever order they came', () => {
    const entries = [clones('2026-04-01', 1, 'b'), clones('2026-04-01', 2, 'a')];
    expect(encodeCache(deriveCache(entries))).toBe(encodeCache(deriveCache(entries.toReversed())));
  });
});

describe('generations of the cache file', () => {
  const v3 = encodeCache(deriveCache(openingsOf(countsBefore, 'cache file', AT)));

  test.each([
    ['v3', v3],
    ['v3', `\uFEFF${v3}`],
    ['v2', JSON.stringify(countsBefore)],
    ['v1', JSON.stringify({ npm: 1, pypi: 2, crates: 3, ghcr: 0, maven: 0, total: 6, fetchedAt: '' })],
    ['v0', JSON.stringify({ total: 6, fetchedAt: AT })],
    [
      'frankenstate',
      JSON.stringify({ npm: 4049, pypi: 1339, crates: 49, ghcr: 0, maven: 0, total: 44156, fetchedAt: AT }),
    ],
    ['invalid', v3.slice(0, 100)],
    ['invalid', `<<<<<<< HEAD\n${v3}=======\n${v3}>>>>>>> other\n`],
    ['invalid', ''],
    ['invalid', JSON.stringify({ ...countsBefore, npm: -1 })],
  ])('%s is recognised by content', (generation, text) => {
    expect(classify(text).generation).toBe(generation);
  });
});

describe('the ledger on the disk', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'installs-ledger-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test('is beside the cache file, and only grows', async () => {
    const path = ledgerPathOf(join(folder, 'installs-cache.json'));
    expect(path).toBe(join(folder, 'installs-cache.ledger.jsonl'));
    expect(await readLedger(path)).toEqual({ entries: [], tornBytes: 0 });
    await appendToLedger(path, [clones('2026-04-01', 1)]);
    const before = await readFile(path, 'utf8');
    await appendToLedger(path, [clones('2026-04-02', 2)]);
    expect(await readFile(path, 'utf8')).toBe(`${before}${JSON.stringify(clones('2026-04-02', 2))}\n`);
  });

  test('loses no entry to a last line that was cut off, and takes that line away', async () => {
    const path = join(folder, 'ledger.jsonl');
    await appendToLedger(path, [clones('2026-04-01', 1)]);
    await appendFile(path, '{"entry":"day","sourc');
    const { entries, tornBytes } = await readLedger(path);
    expect([entries.length, tornBytes]).toEqual([1, 21]);
    await appendToLedger(path, [clones('2026-04-02', 2)], tornBytes);
    expect((await readLedger(path)).entries).toHaveLength(2);
  });

  test('is refused with the line that is no entry', async () => {
    const path = join(folder, 'ledger.jsonl');
    await writeFile(path, `${JSON.stringify(clones('2026-04-01', 1))}\n${JSON.stringify(clones('2026-04-01', -1))}\n`);
    await expect(readLedger(path)).rejects.toThrow(/ledger\.jsonl:2: .*count/);
  });
});
