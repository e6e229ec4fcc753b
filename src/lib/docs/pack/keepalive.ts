import { OperatorError } from '../../errors.ts';
import type { CacheSignals } from '../registry/cache-signals.ts';
import { listedSlot } from '../registry/slot-list.ts';
import { type Slot, slotName } from '../slot.ts';
import { cacheKeyOf } from './cache-key.ts';
import { libraryTable } from './run-summary.ts';

/** Whether the artifact of one library is in the cache. */
export interface KeepaliveRow {
  readonly lib_id: string;
  readonly version: string;
  readonly status: 'hit' | 'miss';
}

/** Which slots have their artifact among the keys in the cache, exactly: a key that only begins like it is another. */
export function compareWithCache(
  slots: readonly Slot[],
  signals: CacheSignals,
  keys: ReadonlySet<string>,
): readonly KeepaliveRow[] {
  return slots.map(listedSlot).map((slot) => ({
    lib_id: slot.lib_id,
    version: slot.version,
    status: keys.has(cacheKeyOf(slot, signals)) ? 'hit' : 'miss',
  }));
}

/** The report in Markdown. */
export function keepaliveMarkdown(rows: readonly KeepaliveRow[]): string {
  const hits = hitsOf(rows);
  return [
    '## cache-keepalive report',
    '',
    ...libraryTable(rows),
    '',
    `**Totals:** ${hits} hit, ${rows.length - hits} miss`,
    '',
  ].join('\n');
}

/**
 * A cache that holds nothing of the registry is not kept alive by reading it: something else is wrong.
 * @throws OperatorError `cache_empty`
 */
export function requireHits(rows: readonly KeepaliveRow[], slots: readonly Slot[]): void {
  if (hitsOf(rows) > 0) return;
  const named = slots.slice(0, 3).map(slotName).join(', ');
  throw new OperatorError(`no artifact of the ${slots.length} libraries is in the cache: ${named} …`, {
    code: 'cache_empty',
    nextSteps: [
      'fill it: capture-cli scrape --remote',
      'or see what it depends on: capture-cli list --signals, and the caches on the Actions page of the repository',
    ],
  });
}

function hitsOf(rows: readonly KeepaliveRow[]): number {
  return rows.filter(({ status }) => status === 'hit').length;
}
