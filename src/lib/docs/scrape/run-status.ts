import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SlotState } from '../../progress/docs/events.ts';
import { replaceFile } from '../../replace-file.ts';

const STATUSES: Readonly<Record<SlotState, 'scraped' | 'cached' | null>> = {
  scraped: 'scraped',
  unchanged: 'cached',
  skipped: 'cached',
  stale: null,
  failed: null,
};

/**
 * Writes into the folder of a slot what the summary of a workflow reads: `scraped` or `cached`. A slot without the file
 * counts as failed there (doc-pack format, section 7).
 */
export async function writeRunStatus(folder: string, state: SlotState): Promise<void> {
  const path = join(folder, '.run_status');
  const status = STATUSES[state];
  if (status === null) return await removeStatus(path);
  await mkdir(folder, { recursive: true });
  await replaceFile(path, `${status}\n`);
}

async function removeStatus(path: string): Promise<void> {
  await rm(path, { force: true }).catch((thrown: NodeJS.ErrnoException) => {
    // There is a file in the place of the folder, so there is none either.
    if (thrown.code !== 'ENOTDIR') throw thrown;
  });
}
