import { connect } from '@tursodatabase/database';
import type { ArtifactContent } from '../../src/lib/docs/artifact/write-artifact.ts';

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Asks a database by the engine that deadzone has. */
export async function askTurso(path: string, sql: string, ...parameters: readonly unknown[]): Promise<Rows> {
  const database = await connect(path);
  try {
    return await (await database.prepare(sql)).all(...parameters);
  } finally {
    await database.close();
  }
}

/** Writes an artifact as deadzone's own scraper does: row by row, closed without a checkpoint. */
export async function writeByTurso(path: string, { slot, identity, libVector, documents }: ArtifactContent) {
  const database = await connect(path);
  await database.exec(`CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL)`);
  await database.exec(`CREATE TABLE IF NOT EXISTS docs(id INTEGER PRIMARY KEY, lib_id TEXT NOT NULL,
    version TEXT NOT NULL DEFAULT '', title TEXT NOT NULL, content TEXT NOT NULL,
    embedding F32_BLOB(${identity.dim}) NOT NULL)`);
  await database.exec('CREATE INDEX IF NOT EXISTS idx_docs_lib_id ON docs(lib_id)');
  await database.exec(`CREATE TABLE IF NOT EXISTS libs(lib_id TEXT NOT NULL, version TEXT NOT NULL DEFAULT '',
    doc_count INTEGER NOT NULL DEFAULT 0, embedding F32_BLOB(${identity.dim}) NOT NULL, PRIMARY KEY (lib_id, version))`);
  await database.exec('CREATE INDEX IF NOT EXISTS libs_doc_count_idx ON libs(doc_count DESC)');
  const meta = await database.prepare('INSERT INTO meta VALUES (?, ?)');
  const rows = {
    embedder_kind: identity.kind,
    embedding_dim: String(identity.dim),
    model_version: identity.model,
    schema_version: '5',
    lib_id: slot.libId,
    version: slot.version,
  };
  for (const row of Object.entries(rows)) await meta.run(...row);
  const lib = await database.prepare('INSERT INTO libs VALUES (?, ?, ?, vector(?))');
  await lib.run(slot.libId, slot.version, documents.length, JSON.stringify([...libVector]));
  const insert = await database.prepare(
    'INSERT INTO docs(lib_id, version, title, content, embedding) VALUES (?, ?, ?, ?, vector(?))',
  );
  for (const { title, content, vector } of documents) {
    await insert.run(slot.libId, slot.version, title, content, JSON.stringify([...vector]));
  }
  await database.close();
}
