import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { documentText } from '../../../../src/lib/docs/artifact/embedded-text.ts';
import { previousVectors } from '../../../../src/lib/docs/artifact/previous-vectors.ts';
import { readArtifact } from '../../../../src/lib/docs/artifact/read-artifact.ts';
import { writeArtifact } from '../../../../src/lib/docs/artifact/write-artifact.ts';
import { SAMPLE_IDENTITY, sampleContent, sampleSlot, sampleVector } from '../../../support/sample-artifact.ts';
import { directoryFingerprint, type TemporaryDirectory, temporaryDirectory } from '../../../support/temp.ts';
import { askTurso, writeByTurso } from '../../../support/turso.ts';

const FIRST = Date.parse('2026-05-04T01:02:03.040Z');
const SECOND = Date.parse('2026-05-05T00:00:00.000Z');

let temp: TemporaryDirectory;
beforeEach(async () => {
  temp = await temporaryDirectory();
});
afterEach(() => temp.remove());

describe('an artifact that was written', () => {
  const slot = sampleSlot('/acme/lib', { version: '1.14', urls: 2 });
  const content = sampleContent(slot, { documents: 7 });

  test('is read as it was given, is one file beside state.yaml, and the same content makes the same bytes', async () => {
    const folder = join(temp.path, slot.slug);
    await writeArtifact(folder, content, FIRST);
    const bytes = await readFile(join(folder, 'artifact.db'));
    await writeArtifact(folder, content, SECOND);

    expect(bytes.equals(await readFile(join(folder, 'artifact.db')))).toBe(true);
    expect(await readdir(folder)).toEqual(['artifact.db', 'state.yaml']);
    const before = await directoryFingerprint(folder);
    const artifact = await readArtifact({ folder, slot });
    expect(await directoryFingerprint(folder)).toBe(before);
    const { libVector, documents, pages, parserVersion, identity } = content;
    expect(artifact).toMatchObject({ libId: '/acme/lib', version: '1.14', libVector, documents, pages });
    expect(artifact).toMatchObject({ parserVersion, identity, cacheHash: slot.cacheHash });
    expect(await readFile(join(folder, 'state.yaml'), 'utf8')).toBe(
      `lib_id: /acme/lib
version: "1.14"
schema_version: 5
embedder:
    kind: sample
    model: sample/unit-vectors
    dim: 8
ref: v1.14
created_at: 2026-05-04T01:02:03.04Z
updated_at: 2026-05-05T00:00:00Z
url_count: 2
doc_count: 7
`,
    );
  });

  test('is searched by the Turso engine', async () => {
    const folder = join(temp.path, slot.slug);
    await writeArtifact(folder, content, FIRST);
    const query = JSON.stringify([...sampleVector(8, 3)]);
    const found = await askTurso(
      join(folder, 'artifact.db'),
      'SELECT title, vector_distance_cos(embedding, vector(?)) AS distance FROM docs ORDER BY distance LIMIT 1',
      query,
    );
    expect(found).toEqual([{ title: `${slot.slug} 3`, distance: expect.closeTo(0, 6) }]);
    const meta = await askTurso(join(folder, 'artifact.db'), 'SELECT key, value FROM meta ORDER BY key');
    expect(Object.fromEntries(meta.map(({ key, value }) => [key, value]))).toMatchObject({
      embedder_kind: 'sample',
      embedding_dim: '8',
      model_version: 'sample/unit-vectors',
      schema_version: '5',
      lib_id: '/acme/lib',
      version: '1.14',
    });
  });

  test('gives the vector of a text that was embedded before', async () => {
    const folder = join(temp.path, slot.slug);
    await writeArtifact(folder, content, FIRST);
    const vectors = previousVectors(await readArtifact({ folder, slot }));
    for (const document of content.documents) expect(vectors.get(documentText(document))).toEqual(document.vector);
    expect(vectors.get('never\nembedded')).toBeUndefined();
  });
});

describe('an artifact of the Turso engine', () => {
  const slot = sampleSlot('/acme/turso');
  const content = sampleContent(slot, { documents: 40 });

  test('is read with the rows that are in its -wal only, and is left as it is', async () => {
    const folder = join(temp.path, slot.slug);
    await mkdir(folder);
    await writeByTurso(join(folder, 'artifact.db'), content);
    expect(await readdir(folder)).toContain('artifact.db-wal');
    const before = await directoryFingerprint(folder);
    const artifact = await readArtifact({ folder, slot });
    expect(artifact.documents.map(({ title, vector }) => ({ title, vector }))).toEqual(
      content.documents.map(({ title, vector }) => ({ title, vector })),
    );
    expect(artifact).toMatchObject({ identity: SAMPLE_IDENTITY, pages: [], contentHash: null });
    expect(await directoryFingerprint(folder)).toBe(before);
  });

  test('is replaced together with its -wal, which would change the new one', async () => {
    const folder = join(temp.path, slot.slug);
    await mkdir(folder);
    await writeByTurso(join(folder, 'artifact.db'), content);
    await writeFile(join(folder, '.artifact.db.999999999.tmp'), 'left by a crash');
    await writeArtifact(folder, sampleContent(slot, { documents: 2, edition: 'second' }), FIRST);
    expect((await readArtifact({ folder, slot })).documents).toHaveLength(2);
    expect(await readdir(folder)).toEqual(['artifact.db', 'state.yaml']);
  });
});
