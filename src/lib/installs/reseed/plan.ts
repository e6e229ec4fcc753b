import type { InstallsCache } from '../cache/cache-file.ts';
import { addDays, type Day, daysBetween } from '../days.ts';
import { type Counter, countersOf } from '../ledger/counters.ts';
import { deriveCache } from '../ledger/derive.ts';
import type { CounterSource, LedgerEntry, Opening } from '../ledger/entry.ts';
import type { CounterEvidence, EvidenceOrigin, LowerBound } from './evidence.ts';

/** GitHub keeps clones of the last 14 days (docs.github.com, "REST API endpoints for repository traffic"). */
export const TRAFFIC_WINDOW_DAYS = 14;

/** One counter of the plan: what it is worth, where that was read, and what it is without the plan. */
export interface PlannedCounter {
  readonly source: CounterSource;
  /** Null for the floor of a source's sum. */
  readonly name: string | null;
  readonly count: number;
  /** Newest day in `count`; null where the file does not say. */
  readonly through: Day | null;
  readonly origin: EvidenceOrigin;
  /** Value of the counter now; null where it is unknown now. */
  readonly present: number | null;
}

/** Days of a repository that no source can tell any more. */
export interface LostDays {
  readonly repository: string;
  readonly from: Day;
  readonly to: Day;
  readonly days: number;
}

export interface ReseedPlan {
  readonly counters: readonly PlannedCounter[];
  /** What the ledger needs for that; nothing where it knows everything already. */
  readonly entries: readonly LedgerEntry[];
  /** The cache file without and with these entries, before anything is fetched. */
  readonly before: InstallsCache;
  readonly after: InstallsCache;
  readonly lost: readonly LostDays[];
}

/**
 * Restores every counter from the best evidence of it, each on its own: no file has to be the best in everything. A
 * counter's evidence is entered with the days that it holds, so that only days after those are ever added to it.
 *
 * @param ledger its entries: those that are there, and those that only its history has
 * @param today day in UTC
 * @param at time to write into new entries
 */
export function planReseed(
  evidence: readonly CounterEvidence[],
  ledger: { readonly present: readonly LedgerEntry[]; readonly lost: readonly LedgerEntry[] },
  { today, at }: { readonly today: Day; readonly at: string },
): ReseedPlan {
  const { present, lost } = ledger;
  const { counters: now } = countersOf(present);
  const known = new Set([...present, ...lost].filter((entry) => entry.entry === 'opening').map(identityOf));
  const openings = evidence
    .flatMap(({ source, name, bounds }) => bounds.map((bound) => openingOf(source, name, bound, at)))
    .filter((opening) => !known.has(identityOf(opening)));
  const entries = [...lost, ...openings];
  const complete = [...present, ...entries];
  return {
    counters: evidence.flatMap((counter) => plannedCounter(counter, now)),
    entries,
    before: deriveCache(present),
    after: deriveCache(complete),
    lost: lostDays(countersOf(complete).counters, today),
  };
}

function openingOf(source: CounterSource, name: string | null, bound: LowerBound, at: string): Opening {
  const { count, through, origin } = bound;
  return {
    entry: 'opening',
    source,
    key: name,
    name: name ?? 'all',
    count,
    through,
    origin: originName(origin),
    at,
  };
}

/** A revision in words: `revision 35cd32b`, or the file itself. */
export function originName({ commit }: EvidenceOrigin): string {
  return commit === null ? 'cache file' : `revision ${commit.slice(0, 7)}`;
}

function identityOf({ source, key, count, through }: Opening): string {
  return JSON.stringify([source, key, count, through]);
}

function plannedCounter({ source, name, bounds }: CounterEvidence, now: readonly Counter[]): PlannedCounter[] {
  const [best] = bounds;
  if (!best) return [];
  const present = now.find((counter) => counter.source === source && (counter.name === name || counter.key === name));
  return [
    { source, name, count: best.count, through: best.through, origin: best.origin, present: present?.value ?? null },
  ];
}

/** The days after a repository's newest one that GitHub has dropped already. */
function lostDays(counters: readonly Counter[], today: Day): LostDays[] {
  const oldestServed = addDays(today, -TRAFFIC_WINDOW_DAYS);
  return counters.flatMap(({ source, name, lastDay }) => {
    if (source !== 'clones' || lastDay === '') return [];
    const [from, to] = [addDays(lastDay, 1), addDays(oldestServed, -1)];
    return from > to ? [] : [{ repository: name, from, to, days: daysBetween(from, to) + 1 }];
  });
}
