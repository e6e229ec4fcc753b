import type { Day } from '../days.ts';
import { isOfRepository } from './counters.ts';
import type { DailySource, LedgerEntry, LevelSource } from './entry.ts';

/** What a ledger has been told already, to tell it nothing twice. Keys are those of its entries. */
export interface Known {
  /** Each day at its highest number. */
  days(source: DailySource, key: string): ReadonlyMap<Day, number>;
  level(source: LevelSource, key: string): number | undefined;
  /** Id of the repository that has this name, or had it last. */
  idOf(name: string): string | undefined;
  /** The newest name of a repository. */
  nameOf(id: string): string | undefined;
  /** Names of repositories that have a counter, and whose id nobody has told. */
  readonly unidentified: readonly string[];
}

const NO_DAYS: ReadonlyMap<Day, number> = new Map();

export function knownOf(entries: readonly LedgerEntry[]): Known {
  const days = new Map<string, Map<Day, number>>();
  const levels = new Map<string, number>();
  const ids = new Map<string, string>();
  const names = new Map<string, string>();
  const repositories = new Set<string>();
  for (const entry of entries) {
    switch (entry.entry) {
      case 'day': {
        const id = identity(entry.source, entry.key);
        const ofKey = days.get(id) ?? new Map<Day, number>();
        days.set(id, ofKey);
        ofKey.set(entry.day, Math.max(entry.count, ofKey.get(entry.day) ?? 0));
        break;
      }
      case 'level': {
        const id = identity(entry.source, entry.key);
        levels.set(id, Math.max(entry.count, levels.get(id) ?? 0));
        break;
      }
      case 'repository':
        ids.set(entry.name, entry.id);
        names.set(entry.id, entry.name);
        break;
      case 'opening':
        if (entry.key !== null && isOfRepository(entry.source)) repositories.add(entry.key);
    }
  }
  return {
    days: (source, key) => days.get(identity(source, key)) ?? NO_DAYS,
    level: (source, key) => levels.get(identity(source, key)),
    idOf: (name) => ids.get(name),
    nameOf: (id) => names.get(id),
    unidentified: [...repositories].filter((name) => !ids.has(name) && !names.has(name)),
  };
}

function identity(source: string, key: string): string {
  return `${source} ${key}`;
}
