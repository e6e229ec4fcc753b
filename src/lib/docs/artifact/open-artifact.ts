import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf, OperatorError } from '../../errors.ts';
import { sqliteResultCode } from '../../sqlite.ts';
import { slotName, slugOf } from '../slot.ts';
import { isUntouched, type ReadableDatabase, readableDatabase, withAttached, withConnection } from './database-file.ts';
import { type ArtifactHeader, headerOf } from './header.ts';
import { type ArtifactPlace, artifactPath, refusedArtifact } from './place.ts';
import { CHANGE_COUNTER_KEY, readMeta, type SchemaName } from './schema.ts';

/** An artifact whose meta rows are in order. Whether its documents are is `checkRows`' business. */
export interface OpenArtifact extends ReadableDatabase {
  readonly place: ArtifactPlace;
  readonly header: ArtifactHeader;
}

/**
 * Opens an artifact for reading, without changing it or anything beside it.
 * @param connection that reads the meta rows: whoever opens many artifacts saves time with one for all of them
 * @throws OperatorError `artifact_missing`, `artifact_empty`, `artifact_damaged`, `artifact_schema`,
 *   `artifact_misplaced`, `artifact_duplicate`, which name the library and the file
 */
export async function openArtifact(place: ArtifactPlace, connection?: DatabaseSync): Promise<OpenArtifact> {
  return await asArtifactError(place, async () => {
    requireContent(place);
    const readable = await readableDatabase(artifactPath(place.folder));
    try {
      const header = connection
        ? withAttached(connection, readable.uri, () => readHeader(connection, place, 'source'))
        : withConnection(readable.uri, { readOnly: true }, (database) => readHeader(database, place));
      requireHome(header, place);
      return { ...readable, place, header };
    } catch (thrown) {
      await readable.release();
      throw thrown;
    }
  });
}

/**
 * The header of an artifact that is open already.
 * @throws OperatorError `artifact_damaged`, `artifact_schema`
 */
export function readHeader(database: DatabaseSync, place: ArtifactPlace, schema: SchemaName = 'main'): ArtifactHeader {
  const meta = readMeta(database, schema);
  return headerOf(meta, place, isUntouched(artifactPath(place.folder), meta.get(CHANGE_COUNTER_KEY)));
}

/**
 * What `use` returns. What SQLite or the file system throw meanwhile becomes an error that names library and file.
 * @throws OperatorError `artifact_damaged`
 */
export async function asArtifactError<T>(place: ArtifactPlace, use: () => T | Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (thrown) {
    if (sqliteResultCode(thrown) === null && !isSystemError(thrown)) throw thrown;
    throw refusedArtifact(place, 'artifact_damaged', `cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
}

function requireContent(place: ArtifactPlace): void {
  const found = statSync(artifactPath(place.folder), { throwIfNoEntry: false });
  if (found === undefined) throw refusedArtifact(place, 'artifact_missing', 'does not exist');
  if (found.size === 0) throw refusedArtifact(place, 'artifact_empty', 'is empty (0 bytes)');
}

/** An artifact belongs into the folder that is named for it, whatever the registry expects there. */
function requireHome(owner: ArtifactHeader, place: ArtifactPlace): void {
  const isExpected = place.slot === null || slotName(place.slot) === slotName(owner);
  const slug = slugOf(owner.libId, owner.version);
  if (isExpected && basename(place.folder) === slug) return;
  const home = join(dirname(place.folder), slug);
  const holds = `holds ${slotName(owner)}, which`;
  if (home !== place.folder && existsSync(artifactPath(home))) {
    throw refusedArtifact(place, 'artifact_duplicate', `${holds} is in ${home} already: one of them is a copy`);
  }
  const isOnlyAstray = place.slot === null && !existsSync(home);
  const remedy = isOnlyAstray ? `move it back: mv ${place.folder} ${home}` : undefined;
  throw refusedArtifact(place, 'artifact_misplaced', `${holds} belongs into ${home}: the folder was renamed`, {
    remedy,
  });
}

function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && !(thrown instanceof OperatorError) && 'syscall' in thrown;
}
