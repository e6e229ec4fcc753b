import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Validators } from '../../fetch/page.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';
import type { Section } from '../parse/section.ts';
import type { Slot } from '../slot.ts';
import { contentHash } from './content-hash.ts';
import { artifactPath, STATE_FILE } from './place.ts';
import { replaceDatabase } from './replace-database.ts';
import { createTables, identityMeta, insertMeta } from './schema.ts';
import { readStateTimes, timestamp, writeState } from './state-file.ts';
import { vectorBlob } from './vector-blob.ts';
import { asWriteFailure } from './write-failure.ts';

/** One document of an artifact. */
export interface StoredDocument extends Section {
  /** As many numbers as the embedder's `dim`. */
  readonly vector: Float32Array;
  /** The page that it was cut from: one of `pages`. */
  readonly url: string;
}

/** A page as it was when it was fetched last, to fetch it again only when it has changed. */
export interface StoredPage {
  /** As the registry has it, before redirects. */
  readonly url: string;
  readonly validators: Validators;
  /** Of the body, lowercase hex. */
  readonly sha256: string;
  /** Milliseconds since the epoch of the last answer that said what the page is, be it "unchanged". */
  readonly fetchedAt: number;
}

/** All that an artifact holds. */
export interface ArtifactContent {
  readonly slot: Slot;
  readonly identity: EmbedderIdentity;
  readonly libVector: Float32Array;
  /** In the order in which they are to be found. */
  readonly documents: readonly StoredDocument[];
  /** In the order of the slot's addresses. */
  readonly pages: readonly StoredPage[];
  /** Of the rules that cut pages into documents: others make other documents from the same page. */
  readonly parserVersion: string;
}

/**
 * Writes the artifact of a slot: `artifact.db`, and `state.yaml` beside it. At every instant, and after any crash, the
 * artifact is the old one or the new one, whole; `state.yaml` may be behind it until the slot is scraped again.
 * The same content makes the same bytes.
 *
 * @param folder `artifacts/<slug>`; it is made when it is missing
 * @param now milliseconds since the epoch, for `state.yaml`
 * @throws OperatorError `database_not_written` (no space, no permission), `database_in_use`
 */
export async function writeArtifact(folder: string, content: ArtifactContent, now: number): Promise<void> {
  requireWidths(content);
  try {
    await write(folder, content, now);
  } catch (thrown) {
    throw asWriteFailure(thrown, artifactPath(folder));
  }
}

async function write(folder: string, content: ArtifactContent, now: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const statePath = join(folder, STATE_FILE);
  const replacement = await replaceDatabase(artifactPath(folder));
  try {
    fill(replacement.database, content);
    await replacement.commit();
  } finally {
    await replacement.discard();
  }
  // Last: it says since when the artifact is up to date, which must not be said of the one before.
  await writeState(statePath, {
    slot: content.slot,
    identity: content.identity,
    docCount: content.documents.length,
    createdAt: (await readStateTimes(statePath)).createdAt ?? timestamp(now),
    updatedAt: timestamp(now),
  });
}

/** Lowercase hex sha256 of a slot's description, which is part of its library's vector. */
export function descriptionHash({ description }: Pick<Slot, 'description'>): string {
  return createHash('sha256').update(description).digest('hex');
}

function fill(database: DatabaseSync, content: ArtifactContent): void {
  const { slot, identity, libVector, documents, pages, parserVersion } = content;
  database.exec('BEGIN');
  createTables(database, identity.dim);
  // deadzone ignores tables and meta rows that it does not know.
  database.exec(`
    CREATE TABLE pages (
      url TEXT PRIMARY KEY, position INTEGER NOT NULL,
      etag TEXT, last_modified TEXT, sha256 TEXT NOT NULL, fetched_at INTEGER NOT NULL
    );
    CREATE TABLE page_docs (doc_id INTEGER PRIMARY KEY, url TEXT NOT NULL REFERENCES pages (url));
  `);
  const rows = documents.map((document) => ({ ...document, vector: vectorBlob(document.vector) }));
  insertMeta(
    database,
    new Map([
      ...identityMeta(identity),
      ['lib_id', slot.libId],
      ['version', slot.version],
      ['cache_hash', slot.cacheHash],
      ['content_sha256', contentHash(vectorBlob(libVector), rows)],
      ['description_sha256', descriptionHash(slot)],
      ['parser_version', parserVersion],
    ]),
  );
  const insertPage = database.prepare('INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?)');
  for (const [position, { url, validators, sha256, fetchedAt }] of pages.entries()) {
    insertPage.run(url, position, validators.etag, validators.lastModified, sha256, fetchedAt);
  }
  const insertDocument = database.prepare('INSERT INTO docs VALUES (?, ?, ?, ?, ?, ?)');
  const insertLink = database.prepare('INSERT INTO page_docs VALUES (?, ?)');
  for (const [index, { title, content: text, vector, url }] of rows.entries()) {
    insertDocument.run(index + 1, slot.libId, slot.version, title, text, vector);
    insertLink.run(index + 1, url);
  }
  database
    .prepare('INSERT INTO libs VALUES (?, ?, ?, ?)')
    .run(slot.libId, slot.version, documents.length, vectorBlob(libVector));
  database.exec('COMMIT');
}

/** SQLite would take any width, and so would deadzone, whose searches would then fail. */
function requireWidths({ identity, libVector, documents }: ArtifactContent): void {
  for (const { length } of [libVector, ...documents.map(({ vector }) => vector)]) {
    if (length !== identity.dim) throw new Error(`a vector of ${length} numbers where ${identity.dim} belong`);
  }
}
