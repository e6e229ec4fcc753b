import type { ReadText } from '../../read-if-present.ts';
import type { Day } from '../days.ts';
import { ledgerPathOf } from '../ledger/ledger-file.ts';
import { type Baseline, baselineText, findBaseline } from './baseline.ts';
import { checkCache } from './check-cache.ts';
import { checkLedger } from './check-ledger.ts';
import type { InstallsFinding } from './finding.ts';

export interface CheckOptions {
  /** As in `findBaseline`. */
  readonly against: string | undefined;
  readonly baseRef: string | undefined;
  readonly today: Day;
  /** How files are read: as they are in the folder, or as they are staged. */
  readonly readText: ReadText;
}

/**
 * Checks a cache file by itself, by the ledger beside it and by the merge base.
 *
 * @throws OperatorError as `findBaseline` does
 */
export async function checkCacheFile(
  path: string,
  text: string,
  { today, readText, ...choice }: CheckOptions,
): Promise<readonly InstallsFinding[]> {
  const [baseline, { entries }] = await Promise.all([findBaseline(path, choice), ledgerOf(path, readText)]);
  return checkCache({ text, entries, base: baseline && (await baseOf(baseline, path)), today });
}

/** Checks a ledger by itself and by the merge base. @throws OperatorError as `findBaseline` does */
export async function checkLedgerFile(
  path: string,
  text: string,
  choice: CheckOptions,
): Promise<readonly InstallsFinding[]> {
  const baseline = await findBaseline(path, choice);
  const before = baseline && (await baselineText(baseline, path));
  return checkLedger(path, text, baseline && before !== null ? { name: baseline.name, text: before } : null).findings;
}

/** Entries of the ledger beside a cache file; a broken one is a finding of its own, where it is checked. */
async function ledgerOf(cache: string, readText: ReadText): Promise<ReturnType<typeof checkLedger>> {
  const path = ledgerPathOf(cache);
  const text = await readText(path).catch(() => null);
  return checkLedger(path, text ?? '', null);
}

/** Cache file and ledger as they were at a baseline; null where there was no cache file. */
export async function baseOf(baseline: Baseline, cache: string): Promise<Parameters<typeof checkCache>[0]['base']> {
  const path = ledgerPathOf(cache);
  const [text, ledger] = await Promise.all([baselineText(baseline, cache), baselineText(baseline, path)]);
  if (text === null) return null;
  return { name: baseline.name, text, entries: checkLedger(path, ledger ?? '', null).entries };
}
