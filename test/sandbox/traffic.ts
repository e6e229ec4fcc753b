import type { SandboxRepository } from './history/repository.ts';

export type TrafficKind = 'clones' | 'views';

/** Counts of one repository by day, YYYY-MM-DD in UTC. */
export type TrafficDays = Readonly<Record<string, number>>;

/** GitHub keeps the traffic of 14 days, today's so far included. */
const WINDOW_DAYS = 14;
const DAY_MS = 86_400_000;

/** Clones and views of every repository, as they are told at a time. */
export class Traffic {
  readonly #days = new Map<string, Map<string, number>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Sets the counts of days; others stay. */
  set(repository: SandboxRepository, kind: TrafficKind, days: TrafficDays): void {
    const key = `${repository.databaseId} ${kind}`;
    const kept = this.#days.get(key) ?? new Map<string, number>();
    this.#days.set(key, kept);
    for (const [day, count] of Object.entries(days)) kept.set(day, count);
  }

  /** Days that are still kept, oldest first. */
  of(repository: SandboxRepository, kind: TrafficKind): readonly { readonly day: string; readonly count: number }[] {
    const today = Math.floor(this.#now() / DAY_MS) * DAY_MS;
    const oldest = new Date(today - WINDOW_DAYS * DAY_MS).toISOString().slice(0, 10);
    return [...(this.#days.get(`${repository.databaseId} ${kind}`) ?? [])]
      .map(([day, count]) => ({ day, count }))
      .filter(({ day }) => day >= oldest)
      .sort((a, b) => a.day.localeCompare(b.day));
  }
}
