import { access, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, OperatorError } from '../../errors.ts';
import { sqliteResultCode } from '../../sqlite.ts';
import { slugOf } from '../registry/expand.ts';
import { slotName } from '../slot.ts';
import { isUntouched, type ReadableDatabase, readableDatabase, withConnection } from './database-file.ts';
import { type ArtifactHeader, headerOf } from './header.ts';
import { type ArtifactPlace, artifactPath, refusedArtifact } from './place.ts';
import { CHANGE_COUNTER_KEY, readMeta } from './schema.ts';

/** An artifact whose meta rows are in order. Whether its documents are is `checkRows`' business. */
export interface OpenArtifact extends ReadableDatabase {
  readonly place: ArtifactPlace;
  readonly header: ArtifactHeader;
}

/**
 * Opens an artifact for reading, without changing it or anything beside it.
 * @throws OperatorError `artifact_missing`, `artifact_empty`, `artifact_damaged`, `artifact_schema`,
 *   `artifact_misplaced`, `artifact_duplicate`, which name the library and the file
 */
export async function openArtifact(place: ArtifactPlace): Promise<OpenArtifact> {
  await requireContent(place);
  return await asArtifactError(place, async () => {
    const path = artifactPath(place.folder);
    const readable = await readableDatabase(path);
    try {
      const meta = withConnection(readable.uri, { readOnly: true }, (database) => readMeta(database));
      const isOwn = await isUntouched(path, meta.get(CHANGE_COUNTER_KEY));
      const header = headerOf(meta, place, isOwn);
      await requireHome(header, place);
      return { ...readable, place, header };
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

/** An artifact belongs into the folder that is named for it, whatever the registry expects there. */
async function requireHome(owner: ArtifactHeader, place: ArtifactPlace): Promise<void> {
  const isExpected = place.slot === null || slotName(place.slot) === slotName(owner);
  const slug = slugOf(owner.libId, owner.version);
  if (isExpected && basename(place.folder) === slug) return;
  const home = join(dirname(place.folder), slug);
  const holds = `holds ${slotName(owner)}, which`;
  if (home !== place.folder && (await isThere(artifactPath(home)))) {
    throw refusedArtifact(place, 'artifact_duplicate', `${holds} is in ${home} already: one of them is a copy`);
  }
  throw refusedArtifact(place, 'artifact_misplaced', `${holds} belongs into ${home}: the folder was renamed`);
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && !(thrown instanceof OperatorError) && 'syscall' in thrown;
}
