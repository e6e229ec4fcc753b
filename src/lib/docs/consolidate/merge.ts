import type { DatabaseSync } from 'node:sqlite';
import { checkRows } from '../artifact/check-rows.ts';
import { asArtifactError, openArtifact } from '../artifact/open-artifact.ts';
import { refusedArtifact } from '../artifact/place.ts';
import {
  CHANGE_COUNTER_KEY,
  createTables,
  identityMeta,
  identityText,
  insertMeta,
  sameIdentity,
} from '../artifact/schema.ts';
import { storedHash } from '../artifact/stored-hash.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';
import { type Slot, slotName } from '../slot.ts';
import { isWhole, type PreviousDatabase } from './previous-database.ts';
import type { SurveyedArtifact } from './survey.ts';

/** A database that slots are copied into, one after the other. */
export class Merge {
  readonly #database: DatabaseSync;
  readonly #identity: EmbedderIdentity;
  #commits = 0;
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
  async addArtifact({ place, contentHash }: SurveyedArtifact): Promise<number> {
    const { uri, header, release } = await openArtifact(place);
    try {
      if (!sameIdentity(header.identity, this.#identity)) {
        const words = `is of ${identityText(header.identity)} all at once: it was replaced meanwhile`;
        throw refusedArtifact(place, 'artifact_embedder', words);
      }
      this.#attach(uri);
      const documents = await asArtifactError(place, () => checkRows(this.#database, header, place, 'source')).catch(
        (thrown: unknown) => {
          this.#detach();
          throw thrown;
        },
      );
      this.#copy(header, header.contentHash ?? contentHash);
      this.#detach();
      return documents;
    } finally {
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
    this.#copy(slot, kept.contentHash ?? storedHash(this.#database, slot, 'source'));
    this.#detach();
    return kept.documents;
  }

  /** Makes it complete. */
  finish(): void {
    this.#transaction(() => insertMeta(this.#database, new Map([[CHANGE_COUNTER_KEY, String(this.#commits + 1)]])));
  }

  #copy({ libId, version }: Pick<Slot, 'libId' | 'version'>, contentHash: string): void {
    const ofSlot = 'WHERE lib_id = ? AND version = ?';
    this.#transaction(() => {
      this.#database
        .prepare(`INSERT INTO main.docs (lib_id, version, title, content, embedding)
          SELECT lib_id, version, title, content, embedding FROM source.docs ${ofSlot} ORDER BY id`)
        .run(libId, version);
      this.#database
        .prepare(`INSERT INTO main.libs (lib_id, version, doc_count, embedding)
          SELECT lib_id, version, doc_count, embedding FROM source.libs ${ofSlot}`)
        .run(libId, version);
      this.#database.prepare('INSERT INTO main.slots VALUES (?, ?, ?)').run(libId, version, contentHash);
    });
  }

  #transaction(write: () => void): void {
    this.#database.exec('BEGIN');
    write();
    this.#database.exec('COMMIT');
    this.#commits += 1;
  }

  #attach(uri: URL): void {
    this.#database.prepare('ATTACH ? AS source').run(uri.href);
  }

  #detach(): void {
    this.#database.exec('DETACH source');
  }
}
