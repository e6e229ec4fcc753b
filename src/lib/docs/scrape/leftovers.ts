import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes the half-written files that a killed scrape left in the folder of a slot. Only for who holds the lock of the
 * folder of artifacts: nobody else writes there, so that whatever is temporary is abandoned.
 */
export async function removeLeftovers(folder: string): Promise<void> {
  // A slot that was never scraped has no folder.
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (name.endsWith('.tmp')) await rm(join(folder, name), { force: true });
}
