import { stat } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf, OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { sqliteResultCode } from '../../sqlite.ts';
import { readableDatabase, withConnection } from '../artifact/database-file.ts';
import { identityIn, readMeta, SCHEMA_VERSION } from '../artifact/schema.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';

/** A library of a consolidated database. */
export interface PackedLibrary {
  readonly libId: string;
  readonly version: string;
  /** Rows of `docs`, as they are. */
  readonly docs: number;
}

/** What is in a consolidated database (`deadzone.db`). */
export interface PackContents {
  readonly identity: EmbedderIdentity;
  /** Every row of `libs`, and what `docs` has beyond, by library and version. */
  readonly libraries: readonly PackedLibrary[];
  /** Rows of `libs`. */
  readonly libCount: number;
  readonly docCount: number;
}

/**
 * Reads what a consolidated database holds, without changing it.
 *
 * @throws OperatorError `database_missing` (exit 2), `database_invalid`
 */
export async function readPack(path: string): Promise<PackContents> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new OperatorError(`there is no database ${path}`, {
      code: 'database_missing',
      exitCode: EXIT.usage,
      nextSteps: ['build it: capture-cli consolidate', 'or name another with --db FILE'],
    });
  }
  try {
    const readable = await readableDatabase(path);
    try {
      return withConnection(readable.uri, { readOnly: true }, (database) => contentsOf(path, database));
    } finally {
      await readable.release();
    }
  } catch (thrown) {
    if (sqliteResultCode(thrown) === null) throw thrown;
    throw invalid(path, `cannot be read: ${messageOf(thrown)}`, thrown);
  }
}

const LIBRARIES = `
  SELECT lib_id, version, sum(docs) AS docs FROM (
    SELECT lib_id, version, 0 AS docs FROM libs
    UNION ALL
    SELECT lib_id, version, count(*) AS docs FROM docs GROUP BY lib_id, version
  ) GROUP BY lib_id, version ORDER BY lib_id, version`;

function contentsOf(path: string, database: DatabaseSync): PackContents {
  const meta = readMeta(database);
  const identity = identityIn(meta);
  const schemaVersion = meta.get('schema_version') ?? '0';
  if (identity === null) throw invalid(path, 'does not say which embedder made it: meta rows are missing');
  if (schemaVersion !== String(SCHEMA_VERSION)) {
    throw invalid(path, `has schema version ${schemaVersion}, not ${SCHEMA_VERSION}`);
  }
  const libraries = database
    .prepare(LIBRARIES)
    .all()
    .map((row) => ({ libId: String(row['lib_id']), version: String(row['version']), docs: Number(row['docs']) }));
  const libCount = Number(database.prepare('SELECT count(*) AS n FROM libs').get()?.['n']);
  return { identity, libraries, libCount, docCount: libraries.reduce((sum, { docs }) => sum + docs, 0) };
}

function invalid(path: string, words: string, cause?: unknown): OperatorError {
  return new OperatorError(`${path} ${words}`, {
    code: 'database_invalid',
    nextSteps: ['build it anew: capture-cli consolidate'],
    cause,
  });
}
