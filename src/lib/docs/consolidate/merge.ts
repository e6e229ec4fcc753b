import type { DatabaseSync } from 'node:sqlite';
import { sqliteResultCode } from '../../sqlite.ts';
import { checkRows } from '../artifact/check-rows.ts';
import { readableDatabase } from '../artifact/database-file.ts';
import type { ArtifactHeader } from '../artifact/header.ts';
import { asArtifactError, readHeader } from '../artifact/open-artifact.ts';
import { type ArtifactPlace, artifactPath, refusedArtifact } from '../artifact/place.ts';
import { createTables, identityMeta, identityText, insertMeta, sameIdentity } from '../artifact/schema.ts';
import { storedHash } from '../artifact/stored-hash.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';
import { type Slot, slotName } from '../slot.ts';
import { isWhole, type PreviousDatabase } from './previous-database.ts';
import { fileStateOf, type SurveyedArtifact } from './survey.ts';

/** SQLite's results for a file that is damaged or no database (sqlite.org/rescode.html). */
const UNREADABLE: ReadonlySet<number | null> = new Set([11, 26]);

/** Which rows of the attached database are copied. */
interface Rows {
  readonly where: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

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
   * Copies an artifact that is whole.
   * @returns how many documents it has
   * @throws OperatorError `artifact_damaged` and its like; then nothing was copied
   */
  async addArtifact(artifact: SurveyedArtifact): Promise<number> {
    const { place } = artifact;
    const { uri, release } = await asArtifactError(place, () => readableDatabase(artifactPath(place.folder)));
    try {
      await asArtifactError(place, () => this.#attach(uri));
      const header = await asArtifactError(place, () => this.#header(artifact));
      return this.#copyWhole(header, artifact) ?? (await this.#refuse(header, place));
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
      const { libId, version } = slot;
      const rows = { where: 'lib_id = :libId AND version = :version', parameters: { libId, version } };
      this.#transaction(() => this.#copy(slot, contentHash, rows));
      return kept.documents;
    } finally {
      this.#detach();
    }
  }

  /**
   * Copies the rows that are as they must be, and keeps them if those are all there are. Copying reads every page that
   * matters, so a check before it would find nothing else and take a third of the time again.
   * @returns how many documents there are; null where something is wrong, and nothing was copied
   */
  #copyWhole(header: ArtifactHeader, { contentHash }: SurveyedArtifact): number | null {
    const { libId, version, identity } = header;
    const bytes = identity.dim * Float32Array.BYTES_PER_ELEMENT;
    const rows = {
      // The plus keeps SQLite from reading the rows through an index, in another order than the file's.
      where: "+lib_id = :libId AND +version = :version AND typeof(embedding) = 'blob' AND length(embedding) = :bytes",
      parameters: { libId, version, bytes },
    };
    this.#database.exec('BEGIN');
    try {
      const copied = this.#copy(header, header.contentHash ?? contentHash, rows);
      const { docs, libs, told } =
        this.#database
          .prepare(`SELECT (SELECT count(*) FROM source.docs) AS docs, count(*) AS libs, max(doc_count) AS told
          FROM source.libs`)
          .get() ?? {};
      if (copied.docs === docs && copied.docs === told && copied.libs === 1 && libs === 1) {
        this.#database.exec('COMMIT');
        return copied.docs;
      }
    } catch (thrown) {
      if (!UNREADABLE.has(sqliteResultCode(thrown))) throw thrown;
    }
    this.#database.exec('ROLLBACK');
    return null;
  }

  /** @throws OperatorError `artifact_damaged`, which says in what way */
  async #refuse(header: ArtifactHeader, place: ArtifactPlace): Promise<never> {
    await asArtifactError(place, () => checkRows(this.#database, header, place, 'source'));
    throw new Error(`rows of ${slotName(header)} were not copied, and nothing is wrong with them`);
  }

  /** The header as it is now: a scrape may have replaced the artifact since it was surveyed. */
  #header(artifact: SurveyedArtifact): ArtifactHeader {
    const { place, libId, version } = artifact;
    if (fileStateOf(place) === artifact.fileState) return artifact.header;
    const header = readHeader(this.#database, place, 'source');
    if (!sameIdentity(header.identity, this.#identity) || slotName(header) !== slotName({ libId, version })) {
      const words = `is of ${slotName(header)} by ${identityText(header.identity)} all at once: it was replaced meanwhile`;
      throw refusedArtifact(place, 'artifact_embedder', words);
    }
    return header;
  }

  /** How many rows were copied. */
  #copy(
    { libId, version }: Pick<Slot, 'libId' | 'version'>,
    contentHash: string,
    { where, parameters }: Rows,
  ): { readonly docs: number; readonly libs: number } {
    const docs = this.#database
      .prepare(`INSERT INTO main.docs (lib_id, version, title, content, embedding)
        SELECT lib_id, version, title, content, embedding FROM source.docs WHERE ${where} ORDER BY id`)
      .run(parameters);
    const libs = this.#database
      .prepare(`INSERT INTO main.libs (lib_id, version, doc_count, embedding)
        SELECT lib_id, version, doc_count, embedding FROM source.libs WHERE ${where}`)
      .run(parameters);
    this.#database.prepare('INSERT INTO main.slots VALUES (?, ?, ?)').run(libId, version, contentHash);
    return { docs: Number(docs.changes), libs: Number(libs.changes) };
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
