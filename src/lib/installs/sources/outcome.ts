import type { Day } from '../days.ts';
import type { CounterSource, LedgerEntry } from '../ledger/entry.ts';

/** One package, group or repository of a source, as it was asked. */
export interface AskedCounter {
  /** As in the ledger: name of a package, id of a repository. */
  readonly key: string;
  readonly name: string;
  /** Why it could not be had; null where it was. */
  readonly error: string | null;
}

/** What became of one source. */
export interface SourceOutcome {
  readonly source: CounterSource;
  /** `partial`: some of its counters could not be had. `skipped`: it was not asked, and is left as it is. */
  readonly state: 'ok' | 'partial' | 'failed' | 'skipped';
  /** Newest day that its answer speaks of; null where there was no answer. */
  readonly asOf: Day | null;
  /** What went wrong, in one sentence; null where nothing did. */
  readonly error: string | null;
  readonly counters: readonly AskedCounter[];
  /** Days for which it shows 0 for everything, between days for which it does not: it has probably lost them. */
  readonly zeroDays: readonly Day[];
}

/** What a source tells that the ledger did not know. */
export interface SourceNews {
  readonly outcome: SourceOutcome;
  readonly entries: readonly LedgerEntry[];
}

/** When a refresh happens. */
export interface RefreshTime {
  /** In UTC; it is not over, so nothing that a source says of it counts. */
  readonly today: Day;
  /** ISO 8601 in UTC with milliseconds: written into new entries. */
  readonly at: string;
}

/** The outcome of a source whose counters were asked one by one. */
export function outcomeOf(
  source: CounterSource,
  counters: readonly AskedCounter[],
  { asOf, zeroDays = [] }: { readonly asOf: Day | null; readonly zeroDays?: readonly Day[] },
): SourceOutcome {
  const failed = counters.filter(({ error }) => error !== null);
  const [first] = failed;
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  return {
    source,
    state: failed.length === 0 ? 'ok' : failed.length < counters.length ? 'partial' : 'failed',
    asOf: failed.length < counters.length || counters.length === 0 ? asOf : null,
    error: first ? `${first.name}: ${first.error}${more}` : null,
    counters,
    zeroDays,
  };
}

/** The outcome of a source that could not be asked at all, or was not. */
export function unasked(source: CounterSource, state: 'failed' | 'skipped', error: string): SourceNews {
  return { entries: [], outcome: { source, state, asOf: null, error, counters: [], zeroDays: [] } };
}
