import { join } from 'node:path';
import { openEmbeddedDatabase } from '../../src/lib/store/embedded/embedded-database.ts';
import type { Query } from './captured-content.ts';

/** Opens the database of an embedded store past its API, which nobody may have open meanwhile, for as long as `use` runs. */
export async function withEmbeddedQuery<T>(storeDirectory: string, use: (query: Query) => Promise<T>): Promise<T> {
  const database = await openEmbeddedDatabase(join(storeDirectory, 'data'));
  try {
    return await use((sql) => database.session.query<Record<string, unknown>>(sql, []));
  } finally {
    await database.close();
  }
}
