import { encodeCache, type InstallsCache, totalOf } from '../../src/lib/installs/cache/cache-file.ts';
import type { HistoryCommit } from './cache-history.ts';
import { daysAgo } from './installs-rig.ts';

/** Clones of the two repositories by the newest day that they hold. */
export function cacheOf(docs: number, server: number, lastSeenDay: string): InstallsCache {
  const counts = { npm: 4_049, pypi: 1_339, crates: 49, releases: 0, ghPackages: 2_672, maven: 0 };
  return {
    ...counts,
    clones: docs + server,
    clonesByRepo: { docs: { count: docs, lastSeenDay }, server: { count: server, lastSeenDay } },
    releasesByRepo: {},
    total: totalOf(counts),
    fetchedAt: `${lastSeenDay}T06:00:00.000Z`,
    npmByPackage: { acme: 4_049 },
    pypiByPackage: { acme: 1_339 },
    cratesByPackage: { acme: 49 },
  };
}

/** What an old program writes over a newer file: without clones, and with a total that it cannot have made. */
export const FRANKENSTATE =
  '{"npm":4049,"pypi":1339,"crates":49,"ghcr":0,"maven":0,"total":44156,"fetchedAt":"2026-04-30T09:00:00.000Z"}\n';

/** A new day of clones that GitHub still tells after the newest that the history holds. */
export const NEW_DAY = { docs: 1_600, server: 44 } as const;

/**
 * The outage: a peak of 36,057 clones up to the day before yesterday, two wipes by an old program, and a reseed from
 * nothing that knows the last 14 days only.
 */
export function brokenHistory(): readonly HistoryCommit[] {
  const at = (day: number, time: string): string => `${daysAgo(day)}T${time}Z`;
  return [
    { content: encodeCache(cacheOf(29_000, 6_000, daysAgo(4))), at: at(3, '06:00:00') },
    { content: encodeCache(cacheOf(30_000, 6_057, daysAgo(2))), at: at(1, '06:00:00') },
    { content: FRANKENSTATE, at: at(1, '06:10:00'), message: 'docs: pricing page' },
    { content: FRANKENSTATE.replace('49', '50'), at: at(1, '06:20:00'), message: 'docs: typo' },
    { content: encodeCache(cacheOf(29_530, 6_057, daysAgo(1))), at: at(1, '06:30:00'), message: 'ops: re-seed' },
    { content: FRANKENSTATE, at: at(1, '06:40:00'), message: 'docs: links' },
  ];
}
