import { join } from 'node:path';
import { systemClock } from '../../src/lib/clock.ts';
import { readMigrations } from '../../src/lib/store/schema/migrations.ts';
import { openStore } from '../../src/lib/store/store.ts';
import { PROJECT_ROOT } from './cli.ts';
import { copyTemplate } from './templates.ts';

/**
 * Puts an embedded store with nothing in it at `directory`, which must not be there yet: for tests that are not about its
 * creation, which takes three times as long as opening it.
 */
export async function createdStore(directory: string): Promise<void> {
  const migrationsDirectory = join(PROJECT_ROOT, 'supabase', 'migrations');
  const { hash } = await readMigrations(migrationsDirectory);
  await copyTemplate(`store-${hash}`, directory, async (path) => {
    const store = await openStore({ directory: path, migrationsDirectory, clock: systemClock });
    await store.close();
  });
}
