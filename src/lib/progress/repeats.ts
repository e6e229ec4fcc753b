import { formatCount } from './format.ts';
import type { ProgressRecord } from './records.ts';

/** The same words again within this time are counted instead of shown. */
export const REPEAT_WINDOW_MS = 60_000;

interface Seen {
  readonly record: ProgressRecord;
  readonly shownAt: number;
  readonly hidden: number;
}

/** Lets each record through once a minute; what it held back comes out as a count, so nothing is lost silently. */
export interface RepeatFilter {
  /** The records to show now for this one: it, or nothing. Times are milliseconds since the epoch. */
  admit(record: ProgressRecord, now: number): readonly ProgressRecord[];
  /** The counts that are due by now. */
  due(now: number): readonly ProgressRecord[];
  /** All counts that are left. */
  flush(): readonly ProgressRecord[];
}

export function createRepeatFilter(): RepeatFilter {
  const seen = new Map<string, Seen>();
  const release = (until: number): readonly ProgressRecord[] => {
    const released: ProgressRecord[] = [];
    for (const [key, { record, shownAt, hidden }] of seen) {
      if (shownAt > until) continue;
      seen.delete(key);
      if (hidden > 0) released.push(countOf(record, hidden));
    }
    return released;
  };
  return {
    admit: (record, now) => {
      const released = release(now - REPEAT_WINDOW_MS);
      const key = `${record.label}\n${record.text}`;
      const before = seen.get(key);
      seen.set(key, before ? { ...before, hidden: before.hidden + 1 } : { record, shownAt: now, hidden: 0 });
      return before ? released : [...released, record];
    },
    due: (now) => release(now - REPEAT_WINDOW_MS),
    flush: () => release(Number.POSITIVE_INFINITY),
  };
}

function countOf(record: ProgressRecord, hidden: number): ProgressRecord {
  const times = hidden === 1 ? 'once more' : `${formatCount(hidden)} more times`;
  return { ...record, text: `${record.text} (${times})`, annotate: false };
}
