import type { DatabaseSync } from 'node:sqlite';
import { checkRows } from '../artifact/check-rows.ts';
import { readableDatabase } from '../artifact/database-file.ts';
import type { ArtifactHeader } from '../artifact/header.ts';
import { asArtifactError, readHeader } from '../artifact/open-artifact.ts';
import { artifactPath, refusedArtifact } from '../artifact/place.ts';
import { createTables, identityMeta, identityText, insertMeta, sameIdentity } from '../artifact/schema.ts';
import { storedHash } from '../artifact/stored-hash.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';
import { type Slot, slotName } from '../slot.ts';
import { isWhole, type PreviousDatabase } from './previous-database.ts';
import type { SurveyedArtifact } from './survey.ts';

/** A database that slots are copied into, one after the other. */
export class Merge {
  readonly #database: DatabaseSync;
  readonly #identity: EmbedderIdentity;
  #isAttached = false;
  #isPreviousWhole: boolean | undefined;

  constructor(database: DatabaseSync, identity: EmbedderIdentity) {
    this.#database = database;
    this.#identity = identity;
    this.#transaction(() => {
      createTables(database, identity.dim);
      database.exec(`CREATE TABLE slots (
        lib_id TEXT NOT NULL, version TEXT NOT NULL, content_sha256 TEXT NOT NULL, PRIMARY KEY (lib_id, version)
      )`);
      insertMeta(database, identityMeta(identity));
    });
  }

  /**
   * Copies an artifact after it was read through and found to be whole.
   * @returns how many documents it has
   * @throws OperatorError `artifact_damaged` and its like; then nothing was copied
   */
  async addArtifact(artifact: SurveyedArtifact): Promise<number> {
    const { place } = artifact;
    const { uri, release } = await asArtifactError(place, () => readableDatabase(artifactPath(place.folder)));
    try {
      await asArtifactError(place, () => this.#attach(uri));
      const { header, documents } = await asArtifactError(place, () => this.#check(artifact));
      // All rows are this slot's: they are read in the order of the file, not through an index.
      this.#copy(header, header.contentHash ?? artifact.contentHash, '');
      return documents;
    } finally {
      this.#detach();
      await release();
    }
  }

  /**
   * Copies a slot from the previous database.
   * @returns how many documents it has; null when that database is damaged, and nothing was copied
   */
  addPrevious(previous: PreviousDatabase, slot: Pick<Slot, 'libId' | 'version'>): number | null {
    const kept = previous.slots.get(slotName(slot));
    if (kept === undefined) return null;
    this.#isPreviousWhole ??= isWhole(previous);
    if (!this.#isPreviousWhole) return null;
    this.#attach(previous.uri);
    try {
      const contentHash = kept.contentHash ?? storedHash(this.#database, slot, 'source');
      this.#copy(slot, contentHash, 'WHERE lib_id = :libId AND version = :version');
      return kept.documents;
    } finally {
      this.#detach();
    }
  }

  /** The header as it is now, and how many documents there are. */
  #check({ place, libId, version }: SurveyedArtifact): { readonly header: ArtifactHeader; readonly documents: number } {
    const header = readHeader(this.#database, place, 'source');
    if (!sameIdentity(header.identity, this.#identity) || slotName(header) !== slotName({ libId, version })) {
      const words = `is of ${slotName(header)} by ${identityText(header.identity)} all at once: it was replaced meanwhile`;
      throw refusedArtifact(place, 'artifact_embedder', words);
    }
    return { header, documents: checkRows(this.#database, header, place, 'source') };
  }

  /** @param where which rows of the attached database: with the parameters `:libId` and `:version`, or empty for all */
  #copy({ libId, version }: Pick<Slot, 'libId' | 'version'>, contentHash: string, where: string): void {
    const parameters = where === '' ? {} : { libId, version };
    this.#transaction(() => {
      this.#database
        .prepare(`INSERT INTO main.docs (lib_id, version, title, content, embedding)
          SELECT lib_id, version, title, content, embedding FROM source.docs ${where} ORDER BY id`)
        .run(parameters);
      this.#database
        .prepare(`INSERT INTO main.libs (lib_id, version, doc_count, embedding)
          SELECT lib_id, version, doc_count, embedding FROM source.libs ${where}`)
        .run(parameters);
      this.#database.prepare('INSERT INTO main.slots VALUES (?, ?, ?)').run(libId, version, contentHash);
    });
  }

  #transaction(write: () => void): void {
    this.#database.exec('BEGIN');
    write();
    this.#database.exec('COMMIT');
  }

  #attach(uri: URL): void {
    this.#database.prepare('ATTACH ? AS source').run(uri.href);
    this.#isAttached = true;
  }

  #detach(): void {
    // Where copying failed, the transaction is still open, and all of it will be discarded.
    if (this.#isAttached && !this.#database.isTransaction) this.#database.exec('DETACH source');
    this.#isAttached = false;
  }
}
