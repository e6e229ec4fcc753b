import { formatCount, formatQuantity } from '../../progress/format.ts';
import { regressionText } from '../cache/regressions.ts';
import type { CacheStatus } from './cache-status.ts';
import type { CounterStatus, SourceStatus } from './source-status.ts';
import { TREND_DAYS } from './trend.ts';

/** One thing that somebody should do something about. */
export interface Finding {
  readonly level: 'warning' | 'error';
  readonly message: string;
}

/** What is wrong with a cache, the most serious first. */
export function findingsOf(status: CacheStatus): readonly Finding[] {
  const found = [...status.sources.flatMap(sourceFindings), ...cacheFileFindings(status)];
  return [...found.filter(({ level }) => level === 'error'), ...found.filter(({ level }) => level === 'warning')];
}

function cacheFileFindings({ cacheFile, beyondLedger }: CacheStatus): readonly Finding[] {
  const fields = beyondLedger.map(regressionText).join(', ');
  const messages = {
    current: null,
    missing: 'the cache file is gone: capture-cli cache refresh writes it from its ledger',
    behind: 'the cache file knows less than its ledger: capture-cli cache refresh writes it',
    ahead: `the cache file knows more than its ledger (${fields}): capture-cli cache reseed takes that over`,
  };
  const message = messages[cacheFile];
  return message === null ? [] : [{ level: 'warning', message }];
}

function sourceFindings(status: SourceStatus): readonly Finding[] {
  const { source, counters, error, zeroDays } = status;
  const warnings = [
    ...neverFetched(status),
    ...(error === null ? [] : [`the last fetch failed: ${error}`]),
    ...(zeroDays.length > 0 ? [`0 for everything on ${zeroDays.join(', ')}, which it has probably lost`] : []),
  ];
  const gone = counters.flatMap(({ name, lost }) => {
    if (lost === null) return [];
    const days = lost.days === 1 ? `on ${lost.from}` : `from ${lost.from} to ${lost.to} (${lost.days} days)`;
    return [`what ${name} had ${days} is gone for good`];
  });
  const finding = (level: Finding['level'], text: string): Finding => ({ level, message: `${source}: ${text}` });
  return [
    ...behind(status, 'error').map((text) => finding('error', text)),
    ...gone.map((text) => finding('error', text)),
    ...behind(status, 'warning').map((text) => finding('warning', text)),
    ...warnings.map((text) => finding('warning', text)),
  ];
}

function behind({ source, counters, windowDays }: SourceStatus, alarm: Finding['level']): readonly string[] {
  const late = counters.filter((counter) => counter.alarm === alarm && counter.lagDays !== null);
  if (late.length === 0) return [];
  const lag = formatQuantity(Math.max(...late.map(({ lagDays }) => lagDays ?? 0)), 'day');
  if (source === 'ghPackages' || source === 'maven') {
    return [`${namesOf(late)} as somebody read them up to ${lag} ago: read them again, and write them into the file`];
  }
  const keeps = windowDays === null ? '' : `, and the source keeps ${windowDays}`;
  return [`${namesOf(late)} up to ${lag} behind${keeps}: run capture-cli cache refresh`];
}

function neverFetched({ asked: isAsked, counters, goodAt, error }: SourceStatus): readonly string[] {
  const never = counters.filter(({ asked, lagDays }) => asked && lagDays === null);
  if (never.length > 0) return [`${namesOf(never)} not fetched yet: run capture-cli cache refresh`];
  return isAsked && counters.length === 0 && goodAt === null && error === null
    ? ['not fetched yet: run capture-cli cache refresh']
    : [];
}

/** Names listed in a message; the rest are counted. */
const LISTED = 3;

function namesOf(counters: readonly CounterStatus[]): string {
  const names = counters.slice(0, LISTED).map(({ name }) => name);
  const more = counters.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${counters.length === 1 ? 'is' : 'are'}`;
}

/** What is lost, and when, if nothing were fetched any more: a line for each source that forgets. */
export function lossesOf({ sources }: CacheStatus): readonly string[] {
  return sources
    .filter(({ losesFrom }) => losesFrom !== null)
    .toSorted((a, b) => ((a.losesFrom ?? '') < (b.losesFrom ?? '') ? -1 : 1))
    .map(({ source, losesFrom, trend }) => {
      const daily = Math.round(trend.reduce((sum, count) => sum + count, 0) / TREND_DAYS);
      return `${source}: a day of them is lost each day from ${losesFrom} on${daily > 0 ? `, about ${formatCount(daily)}` : ''}`;
    });
}
