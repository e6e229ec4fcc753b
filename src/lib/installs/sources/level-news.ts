import type { Level, LevelSource } from '../ledger/entry.ts';
import type { Known } from '../ledger/known.ts';
import type { RefreshTime } from './outcome.ts';

/** One entry where a count is higher than the ledger knows, none else: a count that falls is no news. */
export function levelNews(
  counter: { readonly source: LevelSource; readonly key: string; readonly name: string },
  count: number,
  known: Known,
  { at }: RefreshTime,
): readonly Level[] {
  const { source, key, name } = counter;
  return count > (known.level(source, key) ?? 0) ? [{ entry: 'level', source, key, name, count, at }] : [];
}
