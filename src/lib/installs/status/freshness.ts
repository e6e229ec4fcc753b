import { addDays, type Day, daysBetween, laterDay } from '../days.ts';
import type { CounterSource } from '../ledger/entry.ts';
import { TRAFFIC_WINDOW_DAYS } from '../reseed/plan.ts';
import { PYPI_WINDOW_DAYS } from '../sources/pypi.ts';

/** Days that a source keeps; null where it forgets nothing. */
export const WINDOW_DAYS: Readonly<Record<CounterSource, number | null>> = {
  npm: null,
  pypi: PYPI_WINDOW_DAYS,
  crates: null,
  releases: null,
  clones: TRAFFIC_WINDOW_DAYS,
  views: TRAFFIC_WINDOW_DAYS,
  ghPackages: null,
  maven: null,
};

/** Days without a good fetch after which somebody should look, and days before the end of a window that are the last call. */
const WARNING_DAYS = 7;
const LAST_CALL_DAYS = 3;
/** What a person reads by hand is looked at more rarely. */
const MANUAL_WARNING_DAYS = 90;

export type Alarm = 'none' | 'warning' | 'error';

/** How far a counter is behind. */
export interface Freshness {
  /** Days that are over and not in it, at most; null where it was never fetched. */
  readonly lagDays: number | null;
  readonly alarm: Alarm;
  /** The first day on which something is gone for good if nothing is fetched any more; null where nothing is. */
  readonly losesFrom: Day | null;
  /** Days that are gone already. */
  readonly lost: { readonly from: Day; readonly to: Day; readonly days: number } | null;
}

/**
 * How far a counter is behind, from the newest day that it holds and the day of its last good fetch, which told
 * everything up to the day before. A quiet counter is not behind: no day is as good as a zero.
 */
export function freshnessOf(
  source: CounterSource,
  { cursor, fetchedOn }: { readonly cursor: Day | null; readonly fetchedOn: Day | null },
  today: Day,
): Freshness {
  const covered = laterDay(cursor ?? '', fetchedOn === null ? '' : addDays(fetchedOn, -1));
  if (covered === '') return { lagDays: null, alarm: 'warning', losesFrom: null, lost: null };
  const lagDays = Math.max(0, daysBetween(covered, addDays(today, -1)));
  const window = WINDOW_DAYS[source];
  if (window === null) {
    const isManual = source === 'ghPackages' || source === 'maven';
    const alarm = lagDays > (isManual ? MANUAL_WARNING_DAYS : WARNING_DAYS) ? 'warning' : 'none';
    return { lagDays, alarm, losesFrom: null, lost: null };
  }
  const [from, to] = [addDays(covered, 1), addDays(today, -window - 1)];
  return {
    lagDays,
    alarm: lagDays > window - LAST_CALL_DAYS ? 'error' : lagDays > WARNING_DAYS ? 'warning' : 'none',
    losesFrom: addDays(from, window + 1),
    lost: from > to ? null : { from, to, days: daysBetween(from, to) + 1 },
  };
}

/** The more serious of two alarms. */
export function worse(a: Alarm, b: Alarm): Alarm {
  if (a === 'error' || b === 'error') return 'error';
  return a === 'warning' ? a : b;
}
