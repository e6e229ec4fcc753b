import { blobSizes, readBlobs } from '../../git/blobs.ts';
import type { GitRepository } from '../../git/repository.ts';
import { revisionsOf } from '../../git/revisions.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { ENTRY_SCHEMA } from '../ledger/entry-schema.ts';

/**
 * Entries that some revision of a ledger has and `present` lacks, oldest first. A ledger only grows, so only revisions
 * that were replaced by a smaller one, or by none, are read. Lines that are no entries are left out.
 */
export async function lostEntries(
  repository: GitRepository,
  path: string,
  present: readonly LedgerEntry[],
  signal: AbortSignal,
): Promise<readonly LedgerEntry[]> {
  const blobs = new Set<string>();
  const replacements: { readonly previous: string; readonly blob: string }[] = [];
  for await (const { blob, previous } of revisionsOf(repository, path, signal)) {
    for (const id of [blob, previous]) if (id !== null) blobs.add(id);
    if (blob !== null && previous !== null) replacements.push({ previous, blob });
  }
  const sizes = await blobSizes(repository, [...blobs], signal);
  for (const { previous, blob } of replacements) {
    if ((sizes.get(blob) ?? 0) > (sizes.get(previous) ?? 0)) blobs.delete(previous);
  }
  const known = new Set(present.map((entry) => JSON.stringify(entry)));
  const lost: LedgerEntry[] = [];
  for await (const { text } of readBlobs(repository, [...blobs], signal)) {
    for (const line of text.split('\n')) {
      if (line === '' || known.has(line)) continue;
      known.add(line);
      const entry = entryOf(line);
      if (entry) lost.push(entry);
    }
  }
  return lost.toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
}

function entryOf(line: string): LedgerEntry | undefined {
  try {
    return ENTRY_SCHEMA.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
