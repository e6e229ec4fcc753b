import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Slot } from '../slot.ts';
import { contentHash, type HashedRow } from './content-hash.ts';
import type { SchemaName } from './schema.ts';

/** The content hash of a slot by what is stored of it, for files that do not say it themselves. */
export function storedHash(
  database: DatabaseSync,
  { libId, version }: Pick<Slot, 'libId' | 'version'>,
  schema: SchemaName = 'main',
): string {
  const ofSlot = 'WHERE lib_id = ? AND version = ?';
  const libs = database.prepare(`SELECT embedding FROM ${schema}.libs ${ofSlot}`).get(libId, version);
  const rows = database.prepare(`SELECT title, content, embedding FROM ${schema}.docs ${ofSlot} ORDER BY id`);
  return contentHash(blobIn(libs), hashedRows(rows.iterate(libId, version)));
}

function* hashedRows(rows: Iterable<NonNullable<Row>>): Generator<HashedRow> {
  for (const row of rows) yield { title: String(row['title']), content: String(row['content']), vector: blobIn(row) };
}

type Row = Readonly<Record<string, SQLOutputValue>> | undefined;

/** The vector in a row, as its bytes. */
export function blobIn(row: Row): Uint8Array {
  const blob = row?.['embedding'];
  if (!(blob instanceof Uint8Array)) throw new Error('a vector is not a blob, which its check let through');
  return blob;
}
