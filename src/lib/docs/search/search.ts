import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { didYouMean } from '../../did-you-mean.ts';
import { OperatorError } from '../../errors.ts';
import { readableDatabase, withConnection } from '../artifact/database-file.ts';
import { identityText, sameIdentity } from '../artifact/schema.ts';
import { blobIn } from '../artifact/stored-hash.ts';
import { blobVector } from '../artifact/vector-blob.ts';
import type { Embedder } from '../embed/embedder.ts';
import type { PackContents, PackedLibrary } from '../release/pack-database.ts';
import { isNamedVersion, slotName } from '../slot.ts';
import { cosine } from './cosine.ts';
import { type Snippet, snippets } from './snippets.ts';
import { type Scored, TopScores } from './top-scores.ts';

export interface SearchQuery {
  readonly text: string;
  /** `/org/project`, or `/org/project/1.14`; undefined for all libraries. */
  readonly lib: string | undefined;
  /** Documents to find at the most. */
  readonly limit: number;
  /** Tokens of all snippets together. */
  readonly budget: number;
}

export interface Hit extends Snippet {
  readonly libId: string;
  readonly version: string;
  readonly title: string;
  /** Cosine of the angle between query and document: 1 is the same direction, 0 has nothing to do with it. */
  readonly score: number;
}

/**
 * Finds the documents of a doc pack that answer best, by comparing every vector. The rows are read one by one, so that
 * memory does not depend on the size of the pack.
 *
 * @param path of the database whose contents `pack` are
 * @throws OperatorError `embedder_mismatch`, `library_not_in_pack`
 */
export async function searchPack(
  path: string,
  pack: PackContents,
  embedder: Embedder,
  query: SearchQuery,
  signal: AbortSignal,
): Promise<readonly Hit[]> {
  requireSameSpace(path, pack, embedder);
  const libraries = query.lib === undefined ? null : librariesNamed(query.lib, pack.libraries, path);
  const vector = await embedder.embedQuery(query.text, signal);
  const readable = await readableDatabase(path);
  try {
    return withConnection(readable.uri, { readOnly: true }, (database) =>
      describeHits(database, nearest(database, vector, libraries, query.limit), query.budget),
    );
  } finally {
    await readable.release();
  }
}

function requireSameSpace(path: string, { identity }: PackContents, embedder: Embedder): void {
  if (sameIdentity(identity, embedder.identity)) return;
  const [needed, given] = [identityText(identity), identityText(embedder.identity)];
  throw new OperatorError(`${path} was made with ${needed}, and only that can search it; here is ${given}`, {
    code: 'embedder_mismatch',
    nextSteps: ['make the doc pack anew with this one: capture-cli scrape, then capture-cli consolidate'],
  });
}

/** All versions of a library, or the one that is named. */
function librariesNamed(name: string, libraries: readonly PackedLibrary[], path: string): readonly PackedLibrary[] {
  const found = libraries.filter(({ libId }) => libId === name);
  if (found.length > 0) return found;
  const joined = libraries.filter((library) => isNamedVersion(library, name));
  if (joined.length > 0) return joined;
  const meant = didYouMean(name, [...new Set(libraries.map(({ libId }) => libId))]);
  throw new OperatorError(`${path} has no library ${name}`, {
    code: 'library_not_in_pack',
    nextSteps: [
      ...(meant === undefined ? [] : [`did you mean --lib ${meant}?`]),
      'see which libraries the registry has: capture-cli list',
    ],
  });
}

function nearest(
  database: DatabaseSync,
  query: Float32Array,
  libraries: readonly PackedLibrary[] | null,
  limit: number,
): readonly Scored[] {
  const top = new TopScores(limit);
  const addAll = (rows: Iterable<Record<string, SQLOutputValue>>, from: string) => {
    for (const row of rows) {
      const vector = blobVector(blobIn(row));
      if (vector.length !== query.length) throw misshapen(Number(row['id']), vector.length, from);
      top.add({ id: Number(row['id']), score: cosine(query, vector) });
    }
  };
  if (libraries === null) addAll(database.prepare('SELECT id, embedding FROM docs').iterate(), 'the database');
  for (const library of libraries ?? []) {
    const rows = database.prepare('SELECT id, embedding FROM docs WHERE lib_id = ? AND version = ?');
    addAll(rows.iterate(library.libId, library.version), slotName(library));
  }
  return top.sorted();
}

function misshapen(id: number, length: number, where: string): OperatorError {
  return new OperatorError(`document ${id} of ${where} has a vector of ${length} numbers: the database is damaged`, {
    code: 'database_invalid',
    nextSteps: ['build it anew: capture-cli consolidate'],
  });
}

function describeHits(database: DatabaseSync, scored: readonly Scored[], budget: number): readonly Hit[] {
  const select = database.prepare('SELECT lib_id, version, title, content FROM docs WHERE id = ?');
  const rows = scored.map(({ id, score }) => ({ row: select.get(id), score }));
  const texts = snippets(
    rows.map(({ row }) => String(row?.['content'])),
    budget,
  );
  return rows.map(({ row, score }, index) => ({
    libId: String(row?.['lib_id']),
    version: String(row?.['version']),
    title: String(row?.['title']),
    score,
    text: texts[index]?.text ?? '',
    tokens: texts[index]?.tokens ?? 0,
    isCut: texts[index]?.isCut ?? false,
  }));
}
