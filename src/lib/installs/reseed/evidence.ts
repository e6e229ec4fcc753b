import type { CacheGeneration, Classified, CountsOfCache } from '../cache/classify.ts';
import type { CounterSource } from '../ledger/entry.ts';

/** Where a number was read. */
export interface EvidenceOrigin {
  /** Null for the file as it is in the folder. */
  readonly commit: string | null;
  /** Seconds since the epoch; Infinity for the file in the folder. */
  readonly committedAt: number;
}

/** That a counter was at least `count`, with every day up to `through` in it. */
export interface LowerBound {
  readonly count: number;
  /** Null where the file does not say. */
  readonly through: string | null;
  readonly origin: EvidenceOrigin;
}

/** What a history says about one counter. `name` null: the sum of a source whose parts are not known. */
export interface CounterEvidence {
  readonly source: CounterSource;
  readonly name: string | null;
  /** None of them says more than another: a higher count always holds more days. Highest count first. */
  readonly bounds: readonly LowerBound[];
}

/**
 * Collects what the revisions of a cache file say, the oldest first, in memory that does not grow with their number: of
 * a counter that only grew from one revision to the next, the last of them says everything.
 */
export interface EvidenceCollector {
  add(revision: Classified, origin: EvidenceOrigin): void;
  /** A commit that deleted the file. */
  addDeletion(): void;
  counters(): readonly CounterEvidence[];
  generations(): Readonly<Record<CacheGeneration | 'deleted', number>>;
}

interface Trail {
  readonly source: CounterSource;
  readonly name: string | null;
  /** Where the counter stood when it last grew without a break. */
  newest: LowerBound | undefined;
  /** Where it stood before it fell or vanished. */
  peaks: LowerBound[];
}

/** Sums of installs mean the same in every generation; `total` does not, and is never evidence. */
const PACKAGE_SOURCES = [
  ['npm', 'npmByPackage'],
  ['pypi', 'pypiByPackage'],
  ['crates', 'cratesByPackage'],
] as const;

export function collectEvidence(): EvidenceCollector {
  const trails = new Map<string, Trail>();
  const generations = { v0: 0, v1: 0, v2: 0, v3: 0, frankenstate: 0, invalid: 0, deleted: 0 };

  const note = (source: CounterSource, name: string | null, bound: LowerBound): void => {
    if (bound.count === 0) return;
    const key = `${source} ${name ?? ''}`;
    const trail = trails.get(key) ?? { source, name, newest: undefined, peaks: [] };
    trails.set(key, trail);
    const { newest } = trail;
    if (newest && !continues(bound, newest)) trail.peaks = withBound(trail.peaks, newest);
    // Of two revisions that say the same, the older one is the origin.
    if (!newest || bound.count !== newest.count || bound.through !== newest.through) trail.newest = bound;
  };

  /** What comes after a revision without counters may have begun from nothing. */
  const breakOff = (): void => {
    for (const trail of trails.values()) {
      if (trail.newest) trail.peaks = withBound(trail.peaks, trail.newest);
      trail.newest = undefined;
    }
  };

  const noteCounts = (counts: Partial<CountsOfCache>, origin: EvidenceOrigin): void => {
    const bound = (count: number, through: string | null = null): LowerBound => ({ count, through, origin });
    for (const [source, map] of PACKAGE_SOURCES) {
      for (const [name, count] of Object.entries(counts[map] ?? {})) note(source, name, bound(count));
      note(source, null, bound(counts[source] ?? 0));
    }
    for (const [name, { count, lastSeenDay }] of Object.entries(counts.clonesByRepo ?? {})) {
      note('clones', name, bound(count, lastSeenDay === '' ? null : lastSeenDay));
    }
    for (const [name, count] of Object.entries(counts.releasesByRepo ?? {})) note('releases', name, bound(count));
    note('ghPackages', null, bound(counts.ghPackages ?? 0));
    note('maven', null, bound(counts.maven ?? 0));
  };

  return {
    add: (revision, origin) => {
      generations[revision.generation] += 1;
      if (revision.generation !== 'v2' && revision.generation !== 'v3') breakOff();
      if ('counts' in revision) noteCounts(revision.counts, origin);
    },
    addDeletion: () => {
      generations.deleted += 1;
      breakOff();
    },
    counters: () => {
      breakOff();
      return [...trails.values()].map(({ source, name, peaks }) => ({
        source,
        name,
        bounds: peaks.toSorted((a, b) => b.count - a.count),
      }));
    },
    generations: () => ({ ...generations }),
  };
}

/** Whether a counter can have grown from one bound to the other. */
function continues(later: LowerBound, earlier: LowerBound): boolean {
  return later.count >= earlier.count && (later.through ?? '') >= (earlier.through ?? '');
}

function withBound(bounds: readonly LowerBound[], bound: LowerBound): LowerBound[] {
  if (bounds.some((known) => saysAsMuch(known, bound))) return [...bounds];
  return [...bounds.filter((known) => !saysAsMuch(bound, known)), bound];
}

/** Whether `a` makes `b` superfluous: its count is as high, and the days that can be added to it are as many. */
function saysAsMuch(a: LowerBound, b: LowerBound): boolean {
  if (a.count < b.count) return false;
  return a.through === null ? b.through === null : b.through === null || a.through <= b.through;
}
