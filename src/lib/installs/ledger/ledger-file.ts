import { open } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { readIfPresent } from '../../read-if-present.ts';
import { syncDirectory } from '../../replace-file.ts';
import { shellWord } from '../../shell-word.ts';
import { writing } from '../../writing.ts';
import type { LedgerEntry } from './entry.ts';
import { ENTRY_SCHEMA } from './entry-schema.ts';

/** The ledger of a cache file is beside it: `installs-cache.json` has `installs-cache.ledger.jsonl`. */
export function ledgerPathOf(cachePath: string): string {
  const { dir, name } = parse(cachePath);
  return join(dir, `${name}.ledger.jsonl`);
}

/** A ledger as it is on the disk. */
export interface LedgerFile {
  readonly entries: readonly LedgerEntry[];
  /** Bytes of a last line that was cut off while it was written; the next append takes them away. */
  readonly tornBytes: number;
}

/**
 * Reads a ledger; an absent one is empty. A last line without its line end was never acknowledged and is left out.
 *
 * @throws OperatorError `ledger_invalid`, exit 2, naming the line
 */
export async function readLedger(path: string): Promise<LedgerFile> {
  return parseLedger(path, (await readIfPresent(path)) ?? '');
}

/** A ledger by its text; `path` names it in errors. As `readLedger` otherwise. */
export function parseLedger(path: string, text: string): LedgerFile {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  const entries = complete
    .split('\n')
    .slice(0, -1)
    .map((line, index) => parseLine(line, path, index + 1));
  return { entries, tornBytes: Buffer.byteLength(text) - Buffer.byteLength(complete) };
}

/**
 * Adds entries at the end, durably: they are on the disk when this resolves. Nothing that is there is rewritten.
 *
 * @throws OperatorError `file_not_writable`
 */
export async function appendToLedger(path: string, entries: readonly LedgerEntry[], tornBytes = 0): Promise<void> {
  if (entries.length === 0) return;
  const file = await writing(path, () => open(path, 'a'));
  try {
    if (tornBytes > 0) await file.truncate((await file.stat()).size - tornBytes);
    await file.appendFile(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    await file.datasync();
  } finally {
    await file.close();
  }
  await syncDirectory(dirname(path));
}

function parseLine(line: string, path: string, number: number): LedgerEntry {
  const parsed = ENTRY_SCHEMA.safeParse(parseJson(line));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new OperatorError(`${path}:${number}: not an entry of a ledger (${where}${issue?.message ?? 'not valid'})`, {
    code: 'ledger_invalid',
    exitCode: EXIT.usage,
    nextSteps: [
      `see what the line was before: git log -p -- ${shellWord(path)}`,
      `or take the last good ledger back: git checkout HEAD -- ${shellWord(path)}`,
    ],
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
