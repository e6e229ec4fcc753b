import type { DatabaseSync } from 'node:sqlite';
import { sqliteResultCode } from '../../sqlite.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';

/** The version of the tables that deadzone 0.7 reads. It has no migrations: another version is another file. */
export const SCHEMA_VERSION = 5;

/** A database of a connection: the one that it was opened with, or the one that is attached to it. */
export type SchemaName = 'main' | 'source';

/** Creates deadzone's tables and their indexes for vectors of `dim` numbers. */
export function createTables(database: DatabaseSync, dim: number): void {
  database.exec(`
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE docs (
      id INTEGER PRIMARY KEY, lib_id TEXT NOT NULL, version TEXT NOT NULL DEFAULT '',
      title TEXT NOT NULL, content TEXT NOT NULL, embedding F32_BLOB(${dim}) NOT NULL
    );
    CREATE INDEX idx_docs_lib_id ON docs (lib_id);
    CREATE TABLE libs (
      lib_id TEXT NOT NULL, version TEXT NOT NULL DEFAULT '', doc_count INTEGER NOT NULL DEFAULT 0,
      embedding F32_BLOB(${dim}) NOT NULL, PRIMARY KEY (lib_id, version)
    );
    CREATE INDEX libs_doc_count_idx ON libs (doc_count DESC);
  `);
}

/** The four meta rows that every database has. deadzone compares them as text. */
export function identityMeta(identity: EmbedderIdentity): ReadonlyMap<string, string> {
  return new Map([
    ['embedder_kind', identity.kind],
    ['embedding_dim', String(identity.dim)],
    ['model_version', identity.model],
    ['schema_version', String(SCHEMA_VERSION)],
  ]);
}

export function insertMeta(database: DatabaseSync, rows: ReadonlyMap<string, string>): void {
  const insert = database.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
  for (const [key, value] of rows) insert.run(key, value);
}

/**
 * The meta row that says how often a database was written to when it was complete. SQLite counts that in the header
 * (sqlite.org/fileformat.html#file_change_counter): where the two differ, somebody else has changed the file since, and
 * what its extra tables and meta rows say of its content is void.
 */
export const CHANGE_COUNTER_KEY = 'file_change_counter';

/** https://sqlite.org/rescode.html: among others, that there is no such table. */
const SQLITE_ERROR = 1;

/** All meta rows; empty where the file has no such table. */
export function readMeta(database: DatabaseSync, schema: SchemaName = 'main'): ReadonlyMap<string, string> {
  try {
    const rows = database.prepare(`SELECT key, value FROM ${schema}.meta`).all();
    return new Map(rows.map(({ key, value }) => [String(key), String(value)]));
  } catch (thrown) {
    if (sqliteResultCode(thrown) === SQLITE_ERROR) return new Map();
    throw thrown;
  }
}

/** The vector space that meta rows name, or null when one of them is missing. */
export function identityIn(meta: ReadonlyMap<string, string>): EmbedderIdentity | null {
  const [kind, model, dim] = [meta.get('embedder_kind'), meta.get('model_version'), Number(meta.get('embedding_dim'))];
  return kind && model && Number.isInteger(dim) && dim > 0 ? { kind, model, dim } : null;
}

export function sameIdentity(one: EmbedderIdentity, other: EmbedderIdentity): boolean {
  return one.kind === other.kind && one.model === other.model && one.dim === other.dim;
}

/** `hugot nomic-ai/nomic-embed-text-v1.5 (768)` */
export function identityText({ kind, model, dim }: EmbedderIdentity): string {
  return `${kind} ${model} (${dim})`;
}

export function hasTable(database: DatabaseSync, name: string, schema: SchemaName = 'main'): boolean {
  const found = database.prepare(`SELECT 1 FROM ${schema}.sqlite_schema WHERE type = 'table' AND name = ?`).get(name);
  return found !== undefined;
}
