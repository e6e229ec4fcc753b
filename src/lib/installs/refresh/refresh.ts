import type { Clock } from '../../clock.ts';
import type { Settings } from '../../config/schema.ts';
import type { FetchObserver } from '../../fetch/page.ts';
import type { GitHubObserver } from '../../github/client.ts';
import { observeHosts } from '../../observe-hosts.ts';
import { type Emit, streamEvents } from '../../progress/event-stream.ts';
import type { ProgressEvent } from '../../progress/events.ts';
import { replaceFile } from '../../replace-file.ts';
import { writing } from '../../writing.ts';
import { encodeCache, type InstallsCache, type SCALARS } from '../cache/cache-file.ts';
import { sameNumbers } from '../cache/same-numbers.ts';
import { dayOf } from '../days.ts';
import { lockCache } from '../files/cache-lock.ts';
import { type OpenedCache, openCache } from '../files/open-cache.ts';
import { afterRefresh, readSourceRecords, recordsPathOf, writeSourceRecords } from '../files/source-records.ts';
import { deriveCache } from '../ledger/derive.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { knownOf } from '../ledger/known.ts';
import { appendToLedger } from '../ledger/ledger-file.ts';
import type { SourceNews, SourceOutcome } from '../sources/outcome.ts';
import { needsAttention, outcomeText } from '../sources/outcome-text.ts';
import { fetchSources, type SourceConnections } from './fetch-sources.ts';
import { writePublic, writeShields } from './publications.ts';
import { refuseRegression } from './write-guard.ts';

export interface RefreshCapabilities {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Connects to the sources, which tell what they wait for. Registries are closed when the refresh ends. */
  readonly connect: (observers: SourceObservers) => SourceConnections;
}

export interface SourceObservers {
  readonly hosts: FetchObserver;
  readonly github: GitHubObserver;
}

export interface RefreshOptions {
  /** Begin a cache where there is none and never was one. */
  readonly init: boolean;
  /** Fetch, and write nothing. */
  readonly dryRun: boolean;
  /** Folder for badges. */
  readonly shields?: string;
  /** File for a website. */
  readonly publicFile?: string;
}

/** The numbers of their own. */
export type CacheScalars = Pick<InstallsCache, (typeof SCALARS)[number]>;

export interface RefreshResult {
  readonly cache: string;
  readonly ledger: string;
  /** Null where there was no cache file. */
  readonly before: CacheScalars | null;
  readonly after: CacheScalars;
  /** When a number last changed. */
  readonly fetchedAt: string;
  /** Lines that were added to the ledger, or would be. */
  readonly entries: number;
  /** Whether the cache file was written, or would be: a number in it changed. */
  readonly cacheChanged: boolean;
  readonly dryRun: boolean;
  readonly sources: readonly SourceOutcome[];
}

/**
 * Asks every source of the settings, adds what is new to the ledger, and writes the cache file that the ledger makes when
 * a number in it changed. A source that fails neither lowers nor hides anything. Refreshes of one cache file, also of other
 * processes, are one after the other; whatever stops one, the ledger holds what it had added and the next goes on from
 * there. Each source is told as a notice as soon as it has been asked.
 *
 * @throws OperatorError as `openCache`, `fetchSources`, `refuseRegression` and `lockCache` do; the signal's reason
 */
export function refresh(
  capabilities: RefreshCapabilities,
  settings: Settings['installs'],
  options: RefreshOptions,
): AsyncGenerator<ProgressEvent, RefreshResult> {
  return streamEvents(async (emit, abandoned) => {
    const { clock } = capabilities;
    const { cache } = settings;
    const signal = AbortSignal.any([capabilities.signal, abandoned]);
    const work = () => refreshAlone({ ...capabilities, signal }, settings, options, emit);
    if (options.dryRun) return await work();
    // What cannot be refreshed is refused before anything is written.
    await openCache(cache, { init: options.init, at: new Date(clock.now()).toISOString(), signal });
    const waits = `another refresh is at work on ${cache}: waiting`;
    const onWait = (): void => emit({ event: 'notice.raised', level: 'info', message: waits });
    const lock = await lockCache(cache, { clock, signal, onWait });
    try {
      return await work();
    } finally {
      lock.release();
    }
  });
}

async function refreshAlone(
  capabilities: RefreshCapabilities,
  settings: Settings['installs'],
  { init, dryRun, shields, publicFile }: RefreshOptions,
  emit: Emit,
): Promise<RefreshResult> {
  const { clock, signal, connect } = capabilities;
  const now = clock.now();
  const time = { today: dayOf(now), at: new Date(now).toISOString() };
  const opened = await openCache(settings.cache, { init, at: time.at, signal });
  const observe = ({ outcome, entries }: SourceNews): void => {
    const level = needsAttention(outcome) ? 'warning' : 'info';
    emit({ event: 'notice.raised', level, message: outcomeText(outcome, entries.filter(isNumber).length) });
  };
  const begun = [...opened.entries, ...opened.openings];
  const connections = connect({ hosts: observeHosts(emit), github: observeGitHub(emit) });
  const told = await fetchSources(connections, settings, knownOf(begun), time, observe, signal).finally(() =>
    Promise.all(Object.values(connections.registries).map((registry) => registry.close())),
  );
  const outcomes = told.map(({ outcome }) => outcome);
  const added = [...opened.openings, ...told.flatMap(({ entries }) => entries)];
  const ledger = [...opened.entries, ...added];
  const derived = deriveCache(ledger);
  if (!dryRun) await record(settings.cache, opened, added, outcomes, time.at);
  if (opened.counts) refuseRegression(settings.cache, opened.counts, derived, { before: begun, after: ledger });
  const cacheChanged = opened.counts === null || !sameNumbers(opened.counts, derived);
  const after = cacheChanged ? derived : { ...derived, fetchedAt: opened.counts?.fetchedAt ?? derived.fetchedAt };
  if (!dryRun) {
    if (cacheChanged) await writing(settings.cache, () => replaceFile(settings.cache, encodeCache(after)));
    if (shields !== undefined) await writeShields(shields, after);
    if (publicFile !== undefined) await writePublic(publicFile, after);
  }
  return {
    cache: settings.cache,
    ledger: opened.ledgerPath,
    before: opened.counts && scalarsOf(opened.counts),
    after: scalarsOf(after),
    fetchedAt: after.fetchedAt,
    entries: added.length,
    cacheChanged,
    dryRun,
    sources: outcomes,
  };
}

/** The ledger goes first: what was fetched is kept, whatever becomes of the cache file. */
async function record(
  cache: string,
  { ledgerPath, tornBytes }: OpenedCache,
  added: readonly LedgerEntry[],
  outcomes: readonly SourceOutcome[],
  at: string,
): Promise<void> {
  await appendToLedger(ledgerPath, added, tornBytes);
  const path = recordsPathOf(cache);
  await writeSourceRecords(path, afterRefresh(await readSourceRecords(path), outcomes, at));
}

function observeGitHub(emit: Emit): GitHubObserver {
  return {
    waitStarted: (wait) => emit({ event: 'wait.started', ...wait }),
    waitEnded: () => emit({ event: 'wait.ended' }),
  };
}

function isNumber({ entry }: LedgerEntry): boolean {
  return entry === 'day' || entry === 'level';
}

function scalarsOf(counts: CacheScalars): CacheScalars {
  const { npm, pypi, crates, releases, ghPackages, maven, clones, total } = counts;
  return { npm, pypi, crates, releases, ghPackages, maven, clones, total };
}
