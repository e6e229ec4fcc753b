import type { Day } from '../days.ts';
import type { SourceRecord } from '../files/source-records.ts';
import type { Counter } from '../ledger/counters.ts';
import type { CounterSource, LedgerEntry } from '../ledger/entry.ts';
import { type Freshness, freshnessOf, WINDOW_DAYS, worse } from './freshness.ts';
import { trendOf } from './trend.ts';

/**
 * What a number is worth. `exact`: the source tells all of it. `floor`: there were more, before anybody kept them.
 * `manual`: a person read it. `stale`: it has not been fetched for too long.
 */
export type Confidence = 'exact' | 'floor' | 'manual' | 'stale';

/** One package, group or repository. */
export interface CounterStatus extends Freshness {
  /** As in the ledger. */
  readonly key: string;
  readonly name: string;
  readonly value: number;
  /** When it was last had, ISO 8601; null where that is not known. */
  readonly goodAt: string | null;
  /** Newest day in it; null where it has no days. */
  readonly cursor: Day | null;
  readonly confidence: Confidence;
  /** False where it is not asked for any more: it stays as it is. */
  readonly asked: boolean;
  /** Why it could not be had the last time. */
  readonly error: string | null;
}

/** One source, over all its counters. */
export interface SourceStatus extends Omit<CounterStatus, 'key' | 'name' | 'lost'> {
  readonly source: CounterSource;
  /** Days that it keeps; null where it forgets nothing. */
  readonly windowDays: number | null;
  /** What it counted on each of the last 14 days, oldest first. */
  readonly trend: readonly number[];
  /** Days that it has probably lost. */
  readonly zeroDays: readonly Day[];
  readonly counters: readonly CounterStatus[];
}

/** What the status of a source is made of. */
export interface SourceEvidence {
  readonly source: CounterSource;
  readonly counters: readonly Counter[];
  /** The same without what the ledger began with. */
  readonly told: readonly Counter[];
  /** What the source's sum is at least. */
  readonly floor: number;
  readonly entries: readonly LedgerEntry[];
  readonly record: SourceRecord | undefined;
  /** Null where its counters are not named in the settings. */
  readonly wanted: readonly string[] | null;
  /** False where no refresh asks for it, and nothing of it can be lost. */
  readonly asked: boolean;
}

const NOT_ASKED: Freshness = { lagDays: null, alarm: 'none', losesFrom: null, lost: null };

/** How one source stands. Pure. */
export function sourceStatus(evidence: SourceEvidence, today: Day): SourceStatus {
  const { source, record, entries, floor } = evidence;
  const counters = evidence.counters
    .map((counter) => counterStatus(evidence, counter, today))
    .toSorted((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1));
  const asked = counters.filter((counter) => counter.asked);
  const own = evidence.asked
    ? freshnessOf(source, { cursor: null, fetchedOn: dayIn(record?.goodAt) }, today)
    : NOT_ASKED;
  const worst = asked.toSorted((a, b) => lagOrNever(b) - lagOrNever(a))[0] ?? own;
  const sum = counters.reduce((total, { value }) => total + value, 0);
  const cursors = counters.flatMap(({ cursor }) => cursor ?? []);
  const alarm = asked.reduce((all, counter) => worse(all, counter.alarm), worst.alarm);
  return {
    source,
    value: Math.max(sum, floor),
    goodAt: record?.goodAt ?? null,
    cursor: cursors.toSorted().at(-1) ?? null,
    lagDays: worst.lagDays,
    alarm: record?.error || record?.zeroDays.length ? worse(alarm, 'warning') : alarm,
    losesFrom: asked.flatMap(({ losesFrom }) => losesFrom ?? []).toSorted()[0] ?? own.losesFrom,
    confidence: confidenceOfAll(counters, floor > sum),
    asked: evidence.asked,
    error: record?.error ?? null,
    windowDays: WINDOW_DAYS[source],
    trend: trendOf(entries, source, today),
    zeroDays: record?.zeroDays ?? [],
    counters,
  };
}

function counterStatus(evidence: SourceEvidence, counter: Counter, today: Day): CounterStatus {
  const { source, told, record, entries, wanted } = evidence;
  const { key, name, value, lastDay } = counter;
  const last = record?.counters[key];
  const asked =
    evidence.asked &&
    (wanted === null || wanted.includes(name)) &&
    (record === undefined || last?.askedAt === record.triedAt);
  const cursor = lastDay === '' ? null : lastDay;
  const isManual = source === 'ghPackages' || source === 'maven';
  const goodOn = dayIn(last?.goodAt) ?? lastToldOn(entries, source, counter);
  const fetchedOn = isManual ? (record?.asOf ?? goodOn) : goodOn;
  const freshness: Freshness = asked ? freshnessOf(source, { cursor, fetchedOn }, today) : NOT_ASKED;
  const isWhole = told.some((each) => each.key === key && each.value === value);
  return {
    key,
    name,
    value,
    goodAt: last?.goodAt ?? null,
    cursor,
    asked,
    error: last?.error ?? null,
    ...freshness,
    confidence: confidenceOf(source, freshness.alarm !== 'none', isWhole),
  };
}

function confidenceOf(source: CounterSource, isStale: boolean, isWhole: boolean): Confidence {
  if (isStale) return 'stale';
  if (source === 'ghPackages' || source === 'maven') return 'manual';
  return WINDOW_DAYS[source] === null && isWhole ? 'exact' : 'floor';
}

function confidenceOfAll(counters: readonly CounterStatus[], isBelowFloor: boolean): Confidence {
  const all = new Set(counters.map(({ confidence }) => confidence));
  if (all.has('stale')) return 'stale';
  if (all.has('manual')) return 'manual';
  return isBelowFloor || all.has('floor') || all.size === 0 ? 'floor' : 'exact';
}

/** The day on which the ledger was last told something of a counter. */
function lastToldOn(entries: readonly LedgerEntry[], source: CounterSource, { key, name }: Counter): Day | null {
  const last = entries.findLast(
    (entry) =>
      (entry.entry === 'day' || entry.entry === 'level') &&
      entry.source === source &&
      (source === 'releases' ? entry.name === name : entry.key === key),
  );
  return dayIn(last?.at);
}

function lagOrNever({ lagDays }: Pick<Freshness, 'lagDays'>): number {
  return lagDays ?? Number.MAX_SAFE_INTEGER;
}

function dayIn(moment: string | null | undefined): Day | null {
  return moment?.slice(0, 10) ?? null;
}
