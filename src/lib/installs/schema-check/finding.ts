/** One thing that is wrong with a cache file or its ledger. */
export interface InstallsFinding {
  /** Stable name of what was broken: `cache/total`. */
  readonly rule: string;
  readonly message: string;
  /** Dotted path of the field in the cache file, where it is about one. */
  readonly field?: string;
  /** Line of the file, from 1, where it is about one and no field tells which. */
  readonly line?: number;
  /** The file could not be read at all, so nothing else of it was checked. */
  readonly unreadable?: true;
  /** What to type. */
  readonly nextSteps: readonly string[];
}

/** What mends a cache file, whatever has become of it. */
export const RESTORE = 'capture-cli cache reseed';
