import { stat } from 'node:fs/promises';
import { messageOf } from '../../errors.ts';
import { isUntouched, type ReadableDatabase, readableDatabase, withConnection } from '../artifact/database-file.ts';
import { CHANGE_COUNTER_KEY, hasTable, identityIn, readMeta, SCHEMA_VERSION } from '../artifact/schema.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';
import { type Slot, slotName } from '../slot.ts';

/** A slot that the previous database has. */
export interface PreviousSlot extends Pick<Slot, 'libId' | 'version'> {
  readonly documents: number;
  /** Null where another program wrote or changed the database. */
  readonly contentHash: string | null;
}

/** The database that is about to be replaced. */
export interface PreviousDatabase extends ReadableDatabase {
  readonly path: string;
  readonly identity: EmbedderIdentity;
  /** By `slotName`. */
  readonly slots: ReadonlyMap<string, PreviousSlot>;
  readonly documents: number;
}

export type PreviousFinding =
  | { readonly kind: 'found'; readonly previous: PreviousDatabase }
  | { readonly kind: 'none' }
  /** There is a file, which is no database of ours or is broken. */
  | { readonly kind: 'unusable'; readonly reason: string };

/** Looks at the database that is there so far, without changing it. What it holds is counted by its rows. */
export async function findPrevious(path: string): Promise<PreviousFinding> {
  const size = await stat(path).then(
    (found) => found.size,
    () => null,
  );
  if (size === null) return { kind: 'none' };
  if (size === 0) return { kind: 'unusable', reason: 'it is empty (0 bytes)' };
  try {
    const readable = await readableDatabase(path);
    try {
      return await examine(path, readable);
    } catch (thrown) {
      await readable.release();
      throw thrown;
    }
  } catch (thrown) {
    return { kind: 'unusable', reason: messageOf(thrown) };
  }
}

/** Whether the database is structurally sound, by SQLite's own check of all of it. */
export function isWhole({ uri }: ReadableDatabase): boolean {
  try {
    return withConnection(uri, { readOnly: true }, (database) => {
      return database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'] === 'ok';
    });
  } catch {
    return false;
  }
}

async function examine(path: string, readable: ReadableDatabase): Promise<PreviousFinding> {
  const meta = withConnection(readable.uri, { readOnly: true }, (database) => readMeta(database));
  const identity = identityIn(meta);
  if (identity === null) throw new Error('it does not say which embedder made it');
  const schemaVersion = meta.get('schema_version') ?? '0';
  if (schemaVersion !== String(SCHEMA_VERSION)) throw new Error(`it has schema version ${schemaVersion}`);
  const isOwn = isUntouched(path, meta.get(CHANGE_COUNTER_KEY));
  const rows = withConnection(readable.uri, { readOnly: true }, (database) => {
    const isTold = isOwn && hasTable(database, 'slots');
    const hash = isTold
      ? '(SELECT content_sha256 FROM slots WHERE slots.lib_id = libs.lib_id AND slots.version = libs.version)'
      : 'NULL';
    return database.prepare(`SELECT lib_id, version, doc_count, ${hash} AS hash FROM libs`).all();
  });
  const slots = rows.map((row) => ({
    libId: String(row['lib_id']),
    version: String(row['version']),
    documents: Number(row['doc_count']),
    contentHash: typeof row['hash'] === 'string' ? row['hash'] : null,
  }));
  const documents = slots.reduce((sum, slot) => sum + slot.documents, 0);
  const byName = new Map(slots.map((slot) => [slotName(slot), slot]));
  return { kind: 'found', previous: { ...readable, path, identity, slots: byName, documents } };
}
