import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeArtifact } from '../../../../src/lib/docs/artifact/write-artifact.ts';
import type { Embedder, EmbedderIdentity } from '../../../../src/lib/docs/embed/embedder.ts';
import { readPack } from '../../../../src/lib/docs/release/pack-database.ts';
import { hitLines } from '../../../../src/lib/docs/search/hit-lines.ts';
import { searchPack } from '../../../../src/lib/docs/search/search.ts';
import { snippets } from '../../../../src/lib/docs/search/snippets.ts';
import { Random } from '../../../sandbox/history/random.ts';
import { consolidateSamples } from '../../../support/consolidation.ts';
import { SAMPLE_IDENTITY, sampleContent, sampleSlot } from '../../../support/sample-artifact.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../../support/temp.ts';
import { askTurso } from '../../../support/turso.ts';

const slots = [
  sampleSlot('/acme/lib', { version: '1.0' }),
  sampleSlot('/acme/lib', { version: '2.0' }),
  sampleSlot('/acme/other'),
];
const DOCUMENTS = 120;

let temp: TemporaryDirectory;
beforeEach(async () => {
  temp = await temporaryDirectory();
  const random = new Random(3);
  for (const slot of slots) {
    const content = sampleContent(slot, { documents: DOCUMENTS, length: 2_000 });
    const documents = content.documents.map((document) => ({ ...document, vector: randomVector(random) }));
    await writeArtifact(join(temp.path, 'artifacts', slot.slug), { ...content, documents }, 0);
  }
  await consolidateSamples(temp.path, slots);
});
afterEach(() => temp.remove());

const query = randomVector(new Random(9));

test('ranks as the Turso engine does, in a library or in all, and keeps to the budget of tokens', async () => {
  const database = join(temp.path, 'deadzone.db');
  const pack = await readPack(database);
  const search = (lib: string | undefined, limit: number, budget = 500) =>
    searchPack(database, pack, embedderOf(SAMPLE_IDENTITY), { text: 'q', lib, limit, budget }, AbortSignal.any([]));

  const found = {
    all: await search(undefined, 25),
    lib: await search('/acme/lib', 25),
    one: await search('/acme/lib/2.0', 25),
  };
  expect(found.all.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(500);
  expect(await search(undefined, 100)).toHaveLength(100);
  expect(await search('/acme/other', 1_000)).toHaveLength(DOCUMENTS);
  await expect(search('/acme/lib/3.0', 5)).rejects.toMatchObject({ code: 'library_not_in_pack' });

  const where = { all: 'TRUE', lib: "lib_id = '/acme/lib'", one: "lib_id = '/acme/lib' AND version = '2.0'" };
  for (const scope of ['all', 'lib', 'one'] as const) {
    const expected = await askTurso(
      database,
      `SELECT title, vector_distance_cos(embedding, vector(?)) AS distance FROM docs WHERE ${where[scope]}
        ORDER BY distance LIMIT 25`,
      JSON.stringify([...query]),
    );
    expect(found[scope].map(({ title }) => title)).toEqual(expected.map(({ title }) => title));
    for (const [index, { score }] of found[scope].entries()) {
      expect(score).toBeCloseTo(1 - Number(expected[index]?.['distance']), 4);
    }
  }
});

test('refuses vectors of another embedder and says which one is needed', async () => {
  const database = join(temp.path, 'deadzone.db');
  const pack = await readPack(database);
  const other = embedderOf({ ...SAMPLE_IDENTITY, model: 'another/model' });
  const asked = searchPack(
    database,
    pack,
    other,
    { text: 'q', lib: undefined, limit: 5, budget: 100 },
    AbortSignal.any([]),
  );
  await expect(asked).rejects.toMatchObject({
    code: 'embedder_mismatch',
    message: `${database} was made with sample sample/unit-vectors (8), and only that can search it; here is sample another/model (8)`,
  });
});

test('prints nothing wider than the terminal, whatever a document holds, and no snippet exceeds its budget', () => {
  const hit = fc.record({
    libId: fc.constant('/acme/lib'),
    version: fc.string(),
    title: fc.string({ unit: 'grapheme' }),
    score: fc.double({ min: -1, max: 1, noNaN: true }),
    text: fc.string({ unit: 'binary', maxLength: 500 }),
    tokens: fc.nat(),
    isCut: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(hit, { maxLength: 4 }), fc.integer({ min: 20, max: 100 }), (hits, columns) => {
      for (const line of hitLines(hits, columns)) {
        expect(line.length).toBeLessThanOrEqual(columns);
        expect(line).not.toMatch(/\p{Cc}/u);
      }
    }),
    { numRuns: 200 },
  );
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 300 })), fc.nat(400), (texts, budget) => {
      const cut = snippets(texts, budget);
      expect(cut).toHaveLength(texts.length);
      expect(cut.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(budget);
      for (const [index, { text, isCut }] of cut.entries()) {
        if (!isCut) expect(text).toBe(texts[index]?.trim().toWellFormed());
      }
    }),
    { numRuns: 200 },
  );
});

function embedderOf(identity: EmbedderIdentity): Embedder {
  return {
    identity,
    embedDocuments: async (texts) => texts.map(() => query),
    embedQuery: async () => query,
    close: async () => {},
  };
}

function randomVector(random: Random): Float32Array {
  return Float32Array.from({ length: SAMPLE_IDENTITY.dim }, () => random.fraction() - 0.5);
}
