import { CHILD_NAMES } from '../progress/wording.ts';

/** What a backfill was asked to capture. */
export interface BackfillScope {
  /** Child kinds. */
  readonly kinds: readonly string[];
  /** ISO timestamp; null for pull requests of any age. */
  readonly since: string | null;
}

/** What a backfill was asked for, in words that follow "captures"; null when that is everything. */
export function describeScope({ kinds, since }: BackfillScope): string | null {
  const chosen = CHILD_NAMES.filter(([kind]) => kinds.includes(kind)).map(([, name]) => name);
  const children = chosen.length === CHILD_NAMES.length ? '' : `with ${chosen.join(', ')} only`;
  if (since === null) {
    return children === '' ? null : `pull requests ${children}`;
  }
  return `only pull requests that changed since ${minuteUtc(since)}${children && `, ${children}`}`;
}

function minuteUtc(since: string): string {
  return `${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
