import { cp, open, rename, rm, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadSqlite } from '../../src/lib/sqlite.ts';

/** What can happen to the folder of an artifact, each under the words that the refusal must have. */
export const DAMAGES: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  'does not exist': (folder) => rm(join(folder, 'artifact.db')),
  'is empty (0 bytes)': (folder) => truncate(join(folder, 'artifact.db'), 0),
  'cannot be read: file is not a database': (folder) => overwrite(folder, 0, 'not SQLite at all'),
  'is damaged: ': (folder) => overwrite(folder, 3 * 4_096, '\0\0\0\0 a page of something else'),
  'copied without the artifact.db-wal': (folder) => change(folder, 'DROP TABLE meta'),
  'has schema version 4, not 5': (folder) => change(folder, "UPDATE meta SET value = 4 WHERE key = 'schema_version'"),
  'meta rows are missing': (folder) => change(folder, "DELETE FROM meta WHERE key = 'model_version'"),
  'has no table libs': (folder) => change(folder, 'DROP TABLE libs'),
  'has rows of another library': (folder) => change(folder, "UPDATE docs SET lib_id = '/other/lib' WHERE id = 1"),
  'vectors that are not': (folder) => change(folder, 'UPDATE docs SET embedding = zeroblob(12) WHERE id = 1'),
  'counts 3 documents and has 2': (folder) => change(folder, 'DELETE FROM page_docs; DELETE FROM docs WHERE id = 1'),
  'has 0 library rows, not 1': (folder) => change(folder, 'DELETE FROM libs'),
  'one of them is a copy': async (folder) => {
    await rm(folder, { recursive: true });
    await cp(join(dirname(folder), 'acme_other'), folder, { recursive: true });
  },
  'the folder was renamed': async (folder) => {
    await rm(folder, { recursive: true });
    await rename(join(dirname(folder), 'acme_other'), folder);
  },
};

/** Cuts the last pages of an artifact off, as a full disk or a broken upload does. */
export async function truncateArtifact(folder: string): Promise<void> {
  const path = join(folder, 'artifact.db');
  await truncate(path, (await stat(path)).size - 2 * 4_096);
}

async function overwrite(folder: string, at: number, text: string): Promise<void> {
  const file = await open(join(folder, 'artifact.db'), 'r+');
  await file.write(text, at);
  await file.close();
}

async function change(folder: string, sql: string): Promise<void> {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(join(folder, 'artifact.db'));
  database.exec(sql);
  database.close();
}
