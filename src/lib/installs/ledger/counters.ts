import type { CounterSource, DayCount, LedgerEntry, Level, Opening } from './entry.ts';

/** One counter as the ledger knows it. */
export interface Counter {
  readonly source: CounterSource;
  /** Id of the repository for clones and views where it is known, else its name; name of the package or group. */
  readonly key: string;
  /** The newest name. */
  readonly name: string;
  readonly value: number;
  /** Newest day that `value` holds; '' where there is none. */
  readonly lastDay: string;
  /** By day, ascending; empty for a level. */
  readonly days: ReadonlyMap<string, number>;
}

export interface Counters {
  readonly counters: readonly Counter[];
  /** What a source's sum is at least. */
  readonly floors: ReadonlyMap<CounterSource, number>;
  /** Key of the counter that goes, or first went, by a name. */
  keyOf(source: CounterSource, name: string): string;
  /** When a number was last written that the cache file shows: it does not show views. */
  readonly changedAt: string;
}

interface Account {
  name: string;
  openings: Opening[];
  days: Map<string, number>;
  /** By the entry's own key: assets of a repository, or the one counter itself. */
  levels: Map<string, number>;
}

/**
 * Every counter that the ledger makes: the highest of what it opened with and the days after that, each day at the
 * highest number that was told of it. Names of one repository are one counter. The order of entries matters only where
 * one corrects what was before it, or where a name went to another repository.
 */
export function countersOf(entries: readonly LedgerEntry[]): Counters {
  const firstIds = new Map<string, string>();
  for (const entry of entries) {
    if (entry.entry === 'repository' && !firstIds.has(entry.name)) firstIds.set(entry.name, entry.id);
  }
  const idsSoFar = new Map<string, string>();
  const newestNames = new Map<string, string>();
  const accounts = new Map<CounterSource, Map<string, Account>>();
  const floors = new Map<CounterSource, number>();
  let changedAt = '';

  const accountOf = (source: CounterSource, key: string, name: string): Account => {
    const ofSource = accounts.get(source) ?? new Map<string, Account>();
    accounts.set(source, ofSource);
    const account = ofSource.get(key) ?? { name, openings: [], days: new Map(), levels: new Map() };
    ofSource.set(key, account);
    account.name = name;
    return account;
  };

  for (const entry of entries) {
    if (entry.entry === 'repository') {
      newestNames.set(entry.id, entry.name);
      idsSoFar.set(entry.name, entry.id);
    }
    if (entry.entry === 'repository' || entry.entry === 'allowance') continue;
    if (entry.source !== 'views' && entry.at > changedAt) changedAt = entry.at;
    if (entry.entry === 'opening' && entry.key === null) {
      floors.set(entry.source, entry.corrects ? entry.count : Math.max(entry.count, floors.get(entry.source) ?? 0));
      continue;
    }
    const account = accountOf(entry.source, accountKey(entry, firstIds, idsSoFar), entry.name);
    if (entry.entry === 'opening') open(account, entry);
    if (entry.entry === 'day') raise(account.days, entry.day, entry.count);
    if (entry.entry === 'level') raise(account.levels, entry.key, entry.count);
  }

  const counters = [...accounts].flatMap(([source, ofSource]) =>
    [...ofSource].map(([key, account]) => counterOf(source, key, account, newestNames.get(key))),
  );
  const keyOf = (source: CounterSource, name: string): string =>
    isOfRepository(source) ? (firstIds.get(name) ?? name) : name;
  return { counters, floors, keyOf, changedAt };
}

/**
 * Assets are parts of their repository's counter: the one that has the name when they are told. An opening speaks of the
 * first repository that had it, as it comes from before.
 */
function accountKey(
  entry: Opening | DayCount | Level,
  firstIds: ReadonlyMap<string, string>,
  idsSoFar: ReadonlyMap<string, string>,
): string {
  const key = entry.key ?? entry.name;
  if (!isOfRepository(entry.source)) return key;
  if (entry.entry === 'level') return idsSoFar.get(entry.name) ?? firstIds.get(entry.name) ?? entry.name;
  return firstIds.get(key) ?? key;
}

export function isOfRepository(source: CounterSource): boolean {
  return source === 'clones' || source === 'views' || source === 'releases';
}

function open(account: Account, opening: Opening): void {
  if (opening.corrects) {
    account.openings.length = 0;
    account.levels.clear();
  }
  account.openings.push(opening);
}

function raise(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, Math.max(count, counts.get(key) ?? 0));
}

function counterOf(source: CounterSource, key: string, account: Account, newestName: string | undefined): Counter {
  const days = new Map([...account.days].sort(([a], [b]) => (a < b ? -1 : 1)));
  const daysAfter = (through: string): number =>
    sum([...days].filter(([day]) => day > through).map(([, count]) => count));
  const bounds = account.openings.map(({ count, through }) => ({
    value: count + (through === null ? 0 : daysAfter(through)),
    lastDay: through ?? '',
  }));
  // An opening that says which days it holds is trusted for them, whatever is told of these days later.
  if (account.openings.every(({ through, corrects }) => through === null && !corrects))
    bounds.push({ value: daysAfter(''), lastDay: '' });
  bounds.push({ value: sum(account.levels.values()), lastDay: '' });
  const best = bounds.reduce((a, b) => (b.value > a.value || (b.value === a.value && b.lastDay > a.lastDay) ? b : a));
  const lastDay = [best.lastDay, ...days.keys()].sort().at(-1) ?? '';
  return { source, key, name: newestName ?? account.name, value: best.value, lastDay, days };
}

function sum(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
