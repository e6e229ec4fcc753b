import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';

export interface CacheEntry {
  readonly id: number;
  readonly key: string;
  /** Made of the list of paths: another list, another cache. */
  readonly version: string;
  readonly ref: string;
  readonly createdAt: number;
  lastAccessedAt: number;
  readonly bytes: number;
  readonly folder: string;
}

/** docs.github.com: "GitHub will remove any cache entries that have not been accessed in over 7 days", 10 GB a repository. */
const IDLE_MS = 7 * 86_400_000;
const LIMIT_BYTES = 10 * 1024 ** 3;
const LONGEST_KEY = 512;

export interface CacheQuery {
  readonly key: string;
  readonly restoreKeys: readonly string[];
  readonly paths: readonly string[];
  readonly ref: string;
  readonly now: number;
}

/** Every path counts, in its order. */
export function cacheVersion(paths: readonly string[]): string {
  return createHash('sha256').update(paths.join('|')).digest('hex');
}

/** The caches of a repository: immutable by key, version and branch; found by prefix, newest first; ended by disuse. */
export class Caches {
  readonly #defaultRef: string;
  readonly #limitBytes: number;
  readonly #entries: CacheEntry[] = [];
  #made = 0;

  constructor(defaultRef: string, limitBytes: number = LIMIT_BYTES) {
    this.#defaultRef = defaultRef;
    this.#limitBytes = limitBytes;
  }

  /** Entries that are still there, newest first. */
  list(now: number): readonly CacheEntry[] {
    return this.#entries.filter(({ lastAccessedAt }) => now - lastAccessedAt <= IDLE_MS).toReversed();
  }

  /**
   * The exact key, then the key as a prefix, then each restore key likewise, in each case the newest; the branch itself
   * before the default branch. Null for a miss.
   */
  find({ key, restoreKeys, paths, ref, now }: CacheQuery): CacheEntry | null {
    const version = cacheVersion(paths);
    for (const scope of new Set([ref, this.#defaultRef])) {
      const seen = this.list(now).filter((each) => each.ref === scope && each.version === version);
      for (const wanted of [key, ...restoreKeys]) {
        const found = seen.find((each) => each.key === wanted) ?? seen.find((each) => each.key.startsWith(wanted));
        if (!found) continue;
        found.lastAccessedAt = now;
        return found;
      }
    }
    return null;
  }

  /** Why a key cannot be saved; null when it can. */
  refusal(key: string, paths: readonly string[], ref: string, now: number): string | null {
    if (key.length > LONGEST_KEY)
      return `Key Validation Error: ${key} cannot be larger than ${LONGEST_KEY} characters.`;
    if (key.includes(',')) return `Key Validation Error: ${key} cannot contain commas.`;
    const version = cacheVersion(paths);
    const isTaken = this.list(now).some((each) => each.key === key && each.version === version && each.ref === ref);
    return isTaken ? `Unable to reserve cache with key ${key}, another job may be creating this cache.` : null;
  }

  /** Adds an entry; the least recently used ones go when there is more than the limit. */
  add(entry: Omit<CacheEntry, 'id' | 'lastAccessedAt'>): void {
    this.#made += 1;
    this.#entries.push({ ...entry, id: this.#made, lastAccessedAt: entry.createdAt });
    const total = () => this.#entries.reduce((sum, { bytes }) => sum + bytes, 0);
    while (total() > this.#limitBytes && this.#entries.length > 0) {
      const oldest = this.#entries.reduce((a, b) => (b.lastAccessedAt < a.lastAccessedAt ? b : a));
      this.evict(({ id }) => id === oldest.id);
    }
  }

  /** Removes entries. @returns those that are gone. */
  evict(isMeant: (entry: CacheEntry) => boolean): readonly CacheEntry[] {
    const gone = this.#entries.filter(isMeant);
    for (const entry of gone) {
      this.#entries.splice(this.#entries.indexOf(entry), 1);
      rmSync(entry.folder, { recursive: true, force: true });
    }
    return gone;
  }
}
