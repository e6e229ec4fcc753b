import type { DatabaseSync } from 'node:sqlite';
import { checkRows } from './check-rows.ts';
import { withConnection } from './database-file.ts';
import type { ArtifactHeader } from './header.ts';
import { asArtifactError, openArtifact } from './open-artifact.ts';
import type { ArtifactPlace } from './place.ts';
import { blobIn } from './stored-hash.ts';
import { blobVector } from './vector-blob.ts';
import type { StoredDocument, StoredPage } from './write-artifact.ts';

/** An artifact as it is on the disk. */
export interface Artifact extends ArtifactHeader {
  readonly libVector: Float32Array;
  /** In their order. The page is null where another program wrote or changed the artifact. */
  readonly documents: readonly (Omit<StoredDocument, 'url'> & { readonly url: string | null })[];
  /** In the order of the slot's addresses; empty where another program wrote or changed the artifact. */
  readonly pages: readonly StoredPage[];
}

/**
 * Reads an artifact whole, after it was checked for everything that can be wrong with it. Changes nothing.
 * @throws OperatorError `artifact_missing`, `artifact_empty`, `artifact_damaged`, `artifact_schema`,
 *   `artifact_misplaced`, `artifact_duplicate`, which name the library and the file
 */
export async function readArtifact(place: ArtifactPlace): Promise<Artifact> {
  const { uri, header, release } = await openArtifact(place);
  try {
    return await asArtifactError(place, () =>
      withConnection(uri, { readOnly: true }, (database) => {
        checkRows(database, header, place);
        const isOwn = header.contentHash !== null;
        return {
          ...header,
          libVector: blobVector(blobIn(database.prepare('SELECT embedding FROM libs').get())),
          documents: readDocuments(database, isOwn),
          pages: isOwn ? readPages(database) : [],
        };
      }),
    );
  } finally {
    await release();
  }
}

function readDocuments(database: DatabaseSync, isOwn: boolean): Artifact['documents'] {
  const from = isOwn ? 'url FROM docs LEFT JOIN page_docs ON doc_id = id' : 'NULL AS url FROM docs';
  const rows = database.prepare(`SELECT title, content, embedding, ${from} ORDER BY id`).all();
  return rows.map((row) => ({
    title: String(row['title']),
    content: String(row['content']),
    vector: blobVector(blobIn(row)),
    url: textOrNull(row['url']),
  }));
}

function readPages(database: DatabaseSync): readonly StoredPage[] {
  const rows = database.prepare('SELECT * FROM pages ORDER BY position').all();
  return rows.map((row) => ({
    url: String(row['url']),
    validators: { etag: textOrNull(row['etag']), lastModified: textOrNull(row['last_modified']) },
    sha256: String(row['sha256']),
    fetchedAt: Number(row['fetched_at']),
  }));
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
