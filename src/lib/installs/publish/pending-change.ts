import { readFile } from 'node:fs/promises';
import { textAt } from '../../git/named-revision.ts';
import { findRepository, type GitRepository, pathBeside } from '../../git/repository.ts';
import { runGit } from '../../git/run-git.ts';
import { encodeCache } from '../cache/cache-file.ts';
import { classify } from '../cache/classify.ts';
import { sameNumbers } from '../cache/same-numbers.ts';
import { recordsPathOf } from '../files/source-records.ts';
import { deriveCache } from '../ledger/derive.ts';
import { ledgerPathOf, parseLedger, readLedger } from '../ledger/ledger-file.ts';

/** What a refresh or reseed has brought, against the commit that is checked out. */
export interface PendingChange {
  /** Text by path below the root of the repository, with slashes. */
  readonly files: ReadonlyMap<string, string>;
  readonly total: number;
  readonly clones: number;
}

/**
 * What is to be committed: cache, ledger and the record of the sources; null when no number is new. Lines that only the
 * branch of an earlier, unmerged change has are part of it, as their source may have forgotten them by now.
 *
 * @param branch as origin has it, in the remote-tracking branch of this clone
 * @throws OperatorError `not_in_git`, `ledger_invalid`
 */
export async function pendingChange(cache: string, branch: string): Promise<PendingChange | null> {
  const repository = await findRepository(cache);
  const ledgerPath = ledgerPathOf(cache);
  const beside = (path: string): string => pathBeside(repository, path);
  const [earlier, committedLedger, committedCache] = await Promise.all([
    textAt(repository, `refs/remotes/origin/${branch}`, beside(ledgerPath)),
    textAt(repository, 'HEAD', beside(ledgerPath)),
    textAt(repository, 'HEAD', repository.path),
  ]);
  const { entries } = await readLedger(ledgerPath);
  const lines = entries.map((entry) => JSON.stringify(entry));
  const known = new Set(lines);
  const unmerged = (earlier ?? '').split('\n').filter((line) => line !== '' && !known.has(line));
  const ledger = [...lines, ...unmerged].map((line) => `${line}\n`).join('');
  const derived = deriveCache(parseLedger(ledgerPath, ledger).entries);
  const before = classify(committedCache ?? '');
  const isNews = before.generation !== 'v3' || !sameNumbers(before.counts, derived);
  if (!isNews && ledger === committedLedger) return null;
  const files = new Map([
    [repository.path, isNews ? encodeCache(derived) : (committedCache ?? '')],
    [beside(ledgerPath), ledger],
  ]);
  const records = await readFile(recordsPathOf(cache), 'utf8').catch(() => null);
  if (records !== null && !(await isIgnored(repository, recordsPathOf(cache)))) {
    files.set(beside(recordsPathOf(cache)), records);
  }
  return { files, total: derived.total, clones: derived.clones };
}

async function isIgnored({ root }: GitRepository, path: string): Promise<boolean> {
  return !(await runGit(root, ['check-ignore', '--quiet', '--', path])).refused;
}
