import type { InstallsCache } from '../cache/cache-file.ts';
import { addDays, type Day, daysBetween } from '../days.ts';
import { type Counter, type Counters, countersOf } from '../ledger/counters.ts';
import { deriveCache } from '../ledger/derive.ts';
import type { CounterSource, LedgerEntry, Opening } from '../ledger/entry.ts';
import type { CounterEvidence, EvidenceOrigin, LowerBound } from './evidence.ts';
import { impliedBy } from './implied.ts';

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
  /** Its value when the plan is carried out: the best evidence, and the days after it that the ledger knows. */
  readonly restored: number;
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
 * What the ledger implies already is not entered, nor what was committed before somebody corrected the counter.
 *
 * @param ledger its entries: those that are there, and those that only its history has; where none are there, what it
 *   would begin with by the cache file, to show how the counters stand
 * @param today day in UTC
 * @param at time to write into new entries
 */
export function planReseed(
  evidence: readonly CounterEvidence[],
  ledger: {
    readonly present: readonly LedgerEntry[];
    readonly lost: readonly LedgerEntry[];
    readonly file?: readonly LedgerEntry[];
  },
  { today, at }: { readonly today: Day; readonly at: string },
): ReseedPlan {
  const { present, lost, file = [] } = ledger;
  const tells = impliedBy([...present, ...lost]);
  const openings = evidence
    .flatMap(({ source, name, bounds }) =>
      bounds.map((bound) => ({ bound, opening: openingOf(source, name, bound, at) })),
    )
    .filter(({ bound, opening }) => !tells(opening, bound.origin.committedAt))
    .map(({ opening }) => opening);
  const entries = [...lost, ...openings];
  const complete = [...present, ...entries];
  const shown = present.length > 0 ? present : file;
  const [now, then] = [countersOf(shown), countersOf(complete)];
  return {
    counters: evidence.flatMap((counter) => plannedCounter(counter, now, then)),
    entries,
    before: deriveCache(shown),
    after: deriveCache(complete),
    lost: lostDays(then.counters, today),
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

function plannedCounter(
  { source, name, bounds }: CounterEvidence,
  now: Counters,
  then: Counters,
): readonly PlannedCounter[] {
  const [best] = bounds;
  if (!best) return [];
  const { count, through, origin } = best;
  const restored = valueIn(then, source, name) ?? count;
  // A floor that the parts of its sum have reached says nothing.
  if (name === null && restored <= sumOfParts(then, source)) return [];
  return [{ source, name, count, through, origin, present: valueIn(now, source, name), restored }];
}

function valueIn({ counters, floors, keyOf }: Counters, source: CounterSource, name: string | null): number | null {
  if (name === null) return floors.get(source) ?? null;
  const key = keyOf(source, name);
  return counters.find((counter) => counter.source === source && counter.key === key)?.value ?? null;
}

function sumOfParts({ counters }: Counters, source: CounterSource): number {
  return counters.filter((counter) => counter.source === source).reduce((sum, { value }) => sum + value, 0);
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
