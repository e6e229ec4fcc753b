import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createTables, identityMeta, insertMeta } from '../../src/lib/docs/artifact/schema.ts';

/** Documents by library: `/a/b` or `/a/b@1.2`. */
export type PackDocuments = Readonly<Record<string, number>>;

/** Writes a consolidated database with so many documents, in the place of the one that is there. */
export function writePackDatabase(path: string, documents: PackDocuments): void {
  rmSync(path, { force: true });
  const database = new DatabaseSync(path);
  const identity = { kind: 'use-lite', model: 'test', dim: 2 };
  const vector = new Uint8Array(new Float32Array([1, 0]).buffer);
  createTables(database, identity.dim);
  insertMeta(database, identityMeta(identity));
  const library = database.prepare('INSERT INTO libs (lib_id, version, doc_count, embedding) VALUES (?, ?, ?, ?)');
  const document = database.prepare(
    'INSERT INTO docs (lib_id, version, title, content, embedding) VALUES (?, ?, ?, ?, ?)',
  );
  database.exec('BEGIN');
  for (const [name, count] of Object.entries(documents)) {
    const [libId = '', version = ''] = name.split('@');
    library.run(libId, version, count, vector);
    for (let index = 0; index < count; index += 1) document.run(libId, version, `T${index}`, 'content', vector);
  }
  database.exec('COMMIT');
  database.close();
}
