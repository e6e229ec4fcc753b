import { stat } from 'node:fs/promises';
import { messageOf, OperatorError } from '../../errors.ts';
import { sqliteResultCode } from '../../sqlite.ts';
import { type ReadableDatabase, readableDatabase, withConnection } from './database-file.ts';
import { type ArtifactHeader, headerOf } from './header.ts';
import { type ArtifactPlace, artifactPath, refusedArtifact } from './place.ts';
import { readMeta } from './schema.ts';

/** An artifact whose meta rows are in order. Whether its documents are is `checkRows`' business. */
export interface OpenArtifact extends ReadableDatabase {
  readonly place: ArtifactPlace;
  readonly header: ArtifactHeader;
}

/**
 * Opens an artifact for reading, without changing it or anything beside it.
 * @throws OperatorError `artifact_missing`, `artifact_empty`, `artifact_damaged`, `artifact_schema`,
 *   `artifact_misplaced`, which name the library and the file
 */
export async function openArtifact(place: ArtifactPlace): Promise<OpenArtifact> {
  await requireContent(place);
  return await asArtifactError(place, async () => {
    const readable = await readableDatabase(artifactPath(place.folder));
    try {
      const meta = withConnection(readable.uri, { readOnly: true }, (database) => readMeta(database));
      return { ...readable, place, header: headerOf(meta, place) };
    } catch (thrown) {
      await readable.release();
      throw thrown;
    }
  });
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
    throw refusedArtifact(place, 'artifact_damaged', `cannot be read: ${messageOf(thrown)}`, thrown);
  }
}

async function requireContent(place: ArtifactPlace): Promise<void> {
  const found = await stat(artifactPath(place.folder)).catch((thrown: unknown) => {
    if (isSystemError(thrown) && thrown.code === 'ENOENT') return null;
    throw refusedArtifact(place, 'artifact_damaged', `cannot be read: ${messageOf(thrown)}`, thrown);
  });
  if (found === null) throw refusedArtifact(place, 'artifact_missing', 'does not exist');
  if (found.size === 0) throw refusedArtifact(place, 'artifact_empty', 'is empty (0 bytes)');
}

function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && !(thrown instanceof OperatorError) && 'syscall' in thrown;
}
