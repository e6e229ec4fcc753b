import { join, parse } from 'node:path';
import { z } from 'zod';
import { readIfPresent } from '../../read-if-present.ts';
import { replaceFile } from '../../replace-file.ts';
import { writing } from '../../writing.ts';
import type { CounterSource } from '../ledger/entry.ts';
import type { SourceOutcome } from '../sources/outcome.ts';

const moment = z.iso.datetime();

/** How one source was last fetched. Times are ISO 8601 in UTC. */
const SOURCE_RECORD = z.object({
  triedAt: moment,
  /** When all of it was last had. */
  goodAt: moment.nullable(),
  asOf: z.iso.date().nullable(),
  error: z.string().nullable(),
  zeroDays: z.array(z.iso.date()),
  /** By key, as in the ledger. */
  counters: z.record(
    z.string(),
    z.object({ askedAt: moment, goodAt: moment.nullable(), error: z.string().nullable() }),
  ),
});
export type SourceRecord = z.infer<typeof SOURCE_RECORD>;

/** By source. */
export type SourceRecords = Readonly<Record<string, SourceRecord>>;

const RECORDS = z.record(z.string(), SOURCE_RECORD);

/**
 * How the sources of a cache file were fetched is beside it: `installs-cache.json` has `installs-cache.sources.json`. It
 * holds the times, so that cache and ledger hold numbers only. To be committed with them, never on its own.
 */
export function recordsPathOf(cachePath: string): string {
  const { dir, name } = parse(cachePath);
  return join(dir, `${name}.sources.json`);
}

/** What is known of the sources; nothing where the file is missing or damaged, as the next refresh writes it anew. */
export async function readSourceRecords(path: string): Promise<SourceRecords> {
  try {
    return RECORDS.safeParse(JSON.parse((await readIfPresent(path)) ?? '{}')).data ?? {};
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return {};
    throw thrown;
  }
}

export async function writeSourceRecords(path: string, records: SourceRecords): Promise<void> {
  await writing(path, () => replaceFile(path, `${JSON.stringify(records, null, 2)}\n`));
}

/** The records after a refresh. A source that was skipped, or is not among the outcomes, stays as it was. */
export function afterRefresh(records: SourceRecords, outcomes: readonly SourceOutcome[], at: string): SourceRecords {
  const next: Partial<Record<CounterSource, SourceRecord>> = { ...records };
  for (const outcome of outcomes) {
    if (outcome.state !== 'skipped') next[outcome.source] = recordOf(outcome, next[outcome.source], at);
  }
  return next;
}

function recordOf(outcome: SourceOutcome, before: SourceRecord | undefined, at: string): SourceRecord {
  const { state, error, zeroDays } = outcome;
  const counters = { ...before?.counters };
  const keysBefore = Object.keys(counters);
  // Where not even the counters could be listed, each of those that are known has failed.
  const asked = state === 'failed' && outcome.counters.length === 0 ? keysBefore.map((key) => ({ key, error })) : null;
  for (const { key, error: failure } of asked ?? outcome.counters) {
    const goodAt = failure === null ? at : (before?.counters[key]?.goodAt ?? null);
    counters[key] = { askedAt: at, goodAt, error: failure };
  }
  return {
    triedAt: at,
    goodAt: state === 'ok' ? at : (before?.goodAt ?? null),
    asOf: outcome.asOf ?? before?.asOf ?? null,
    error,
    zeroDays: [...zeroDays],
    counters,
  };
}
