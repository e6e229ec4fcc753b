import type { DatabaseSync } from 'node:sqlite';
import type { ArtifactHeader } from './header.ts';
import { type ArtifactPlace, refusedArtifact } from './place.ts';
import { hasTable, type SchemaName } from './schema.ts';

/**
 * Reads an artifact through and checks that it is whole: the structure of the file, one library row that counts the
 * documents as they are, and vectors of the embedder's width, which the engine does not hold anybody to.
 *
 * @returns how many documents there are
 * @throws OperatorError `artifact_damaged`; errors of node:sqlite where the file is too broken to be asked
 */
export function checkRows(
  database: DatabaseSync,
  header: ArtifactHeader,
  place: ArtifactPlace,
  schema: SchemaName = 'main',
): number {
  const damaged = (words: string) => refusedArtifact(place, 'artifact_damaged', words);
  // The first finding is enough; a broken file can have thousands.
  const finding = String(database.prepare(`PRAGMA ${schema}.integrity_check(1)`).get()?.['integrity_check']);
  if (finding !== 'ok') throw damaged(`is damaged: ${finding.split('\n').at(-1)}`);
  for (const table of ['docs', 'libs']) {
    if (!hasTable(database, table, schema)) throw damaged(`has no table ${table}`);
  }
  const { libId, version, identity } = header;
  const bytes = identity.dim * Float32Array.BYTES_PER_ELEMENT;
  const isForeign = 'lib_id IS NOT :libId OR version IS NOT :version';
  const isMisshapen = "typeof(embedding) IS NOT 'blob' OR length(embedding) IS NOT :bytes";
  const count = (table: string, told: string) =>
    database
      .prepare(`SELECT count(*) AS n, total(${isForeign}) AS foreign_rows, total(${isMisshapen}) AS misshapen, ${told} AS told
        FROM ${schema}.${table}`)
      .get({ libId, version, bytes });
  const [docs, libs] = [count('docs', 'NULL'), count('libs', 'max(doc_count)')];
  if (docs?.['foreign_rows'] !== 0 || libs?.['foreign_rows'] !== 0) throw damaged('has rows of another library');
  if (libs['n'] !== 1) throw damaged(`has ${libs['n']} library rows, not 1`);
  if (docs['misshapen'] !== 0 || libs['misshapen'] !== 0) {
    throw damaged(`has vectors that are not ${identity.dim} numbers wide`);
  }
  const told = libs['told'];
  const documents = Number(docs['n']);
  if (told !== documents) throw damaged(`counts ${told} documents and has ${documents}`);
  return documents;
}
