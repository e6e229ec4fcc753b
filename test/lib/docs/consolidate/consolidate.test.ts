import { mkdir, readdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withConnection } from '../../../../src/lib/docs/artifact/database-file.ts';
import { slotName } from '../../../../src/lib/docs/slot.ts';
import { consolidateSamples, writeSamples } from '../../../support/consolidation.ts';
import { DAMAGES, truncateArtifact } from '../../../support/damage-artifact.ts';
import { SAMPLE_IDENTITY, sampleContent, sampleSlot, sampleVector } from '../../../support/sample-artifact.ts';
import { directoryFingerprint, type TemporaryDirectory, temporaryDirectory } from '../../../support/temp.ts';
import { askTurso, writeByTurso } from '../../../support/turso.ts';

const damaged = sampleSlot('/acme/lib', { version: '2.0' });
const other = sampleSlot('/acme/other');
const slots = [sampleSlot('/zeta/last'), damaged, sampleSlot('/acme/lib', { version: '1.0' }), other];
const NAMES = ['/acme/lib@1.0', '/acme/lib@2.0', '/acme/other', '/zeta/last'];

let temp: TemporaryDirectory;
beforeEach(async () => {
  temp = await temporaryDirectory();
});
afterEach(() => temp.remove());

const database = () => join(temp.path, 'deadzone.db');
const folderOf = ({ slug }: { readonly slug: string }) => join(temp.path, 'artifacts', slug);

function held(): readonly string[] {
  return withConnection(database(), { readOnly: true }, (open) => {
    expect(open.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    const rows = open
      .prepare('SELECT lib_id AS libId, version, count(*) AS n FROM docs GROUP BY 1, 2 ORDER BY min(id)')
      .all();
    return rows.map(
      (row) => `${slotName({ libId: String(row['libId']), version: String(row['version']) })} ${row['n']}`,
    );
  });
}

describe('the database', () => {
  test('is one file in the order of the libraries, the same bytes whenever and from wherever it is made', async () => {
    await writeSamples(temp.path, slots);
    const { result, events } = await consolidateSamples(temp.path, slots);
    expect(result).toMatchObject({ outcome: 'written', libs: 4, documents: 12, problems: [], missing: [], kept: [] });
    expect(events.map(({ event }) => event).filter((name) => name === 'slot.consolidated')).toHaveLength(4);
    expect(held()).toEqual(NAMES.map((name) => `${name} 3`));
    expect((await readdir(temp.path)).toSorted()).toEqual(['artifacts', 'deadzone.db']);
    const bytes = await readFile(database());

    const { mtimeMs } = await stat(database());
    expect((await consolidateSamples(temp.path, slots)).result).toMatchObject({ outcome: 'unchanged', documents: 12 });
    expect((await stat(database())).mtimeMs).toBe(mtimeMs);

    // One library comes from the database so far, another is scraped again with the same content.
    await rm(folderOf(other), { recursive: true });
    await writeSamples(temp.path, [damaged], { edition: 'second' });
    const second = await consolidateSamples(temp.path, slots);
    expect(second.result).toMatchObject({ outcome: 'written', kept: ['/acme/other'] });
    await writeSamples(temp.path, [damaged]);
    await consolidateSamples(temp.path, [...slots].reverse());
    expect(bytes.equals(await readFile(database()))).toBe(true);
  });

  test('is searched by the Turso engine, and taken for changed when that has written to it', async () => {
    await writeSamples(temp.path, slots, { documents: 8 });
    await consolidateSamples(temp.path, slots);
    const found = await askTurso(
      database(),
      `SELECT title, vector_distance_cos(embedding, vector(?)) AS distance FROM docs
        WHERE lib_id = '/acme/lib' AND version = '2.0' ORDER BY distance LIMIT 1`,
      JSON.stringify([...sampleVector(8, 5)]),
    );
    expect(found).toEqual([{ title: 'acme_lib_2.0 5', distance: expect.closeTo(0, 6) }]);
    expect(await askTurso(database(), 'SELECT lib_id, version, doc_count FROM libs ORDER BY 1, 2')).toHaveLength(4);
    await askTurso(database(), "DELETE FROM docs WHERE lib_id = '/acme/other'");
    expect((await consolidateSamples(temp.path, slots)).result.outcome).toBe('written');
    expect(held()).toEqual(NAMES.map((name) => `${name} 8`));
    expect((await readdir(temp.path)).filter((name) => name.endsWith('-wal'))).toEqual([]);
  });

  test('has the rows of an artifact that are in a -wal only, and one that is without documents', async () => {
    const turso = sampleSlot('/acme/turso');
    const empty = sampleSlot('/acme/empty');
    await mkdir(folderOf(turso), { recursive: true });
    await writeByTurso(join(folderOf(turso), 'artifact.db'), sampleContent(turso, { documents: 40 }));
    await writeSamples(temp.path, [empty], { documents: 0 });
    const before = await directoryFingerprint(join(temp.path, 'artifacts'));
    const all = [turso, empty];
    expect((await consolidateSamples(temp.path, all)).result).toMatchObject({
      libs: 2,
      documents: 40,
      empty: ['/acme/empty'],
    });
    expect(held()).toEqual(['/acme/turso 40']);
    expect((await consolidateSamples(temp.path, all)).result.outcome).toBe('unchanged');
    expect(await directoryFingerprint(join(temp.path, 'artifacts'))).toBe(before);
  });
});

describe('a damaged artifact', () => {
  const damages = Object.entries({ ...DAMAGES, 'malformed, for it was truncated': truncateArtifact });

  test.each(damages)('that %s is named, leaves the others alone and its library as it was', async (words, damage) => {
    await writeSamples(temp.path, slots);
    await consolidateSamples(temp.path, slots);
    await writeSamples(temp.path, slots, { edition: 'second', documents: 4 });
    await damage(folderOf(damaged));

    const isGone = words === 'does not exist';
    const isMoved = words === 'the folder was renamed';
    const { result, events } = await consolidateSamples(temp.path, slots);
    expect(held()).toEqual(
      NAMES.map((name) => `${name} ${name === '/acme/lib@2.0' || (isMoved && name === '/acme/other') ? 3 : 4}`),
    );
    expect(result.kept).toEqual(isMoved ? ['/acme/lib@2.0', '/acme/other'] : ['/acme/lib@2.0']);
    const problems = isGone
      ? []
      : [expect.objectContaining({ slot: '/acme/lib@2.0', path: join(folderOf(damaged), 'artifact.db') })];
    expect(result.problems).toEqual(problems);
    expect(events.filter(({ event }) => event === 'slot.refused')).toHaveLength(problems.length);
  });

  test('is missed where there was no database before, and told even where nothing is to be done', async () => {
    await writeSamples(temp.path, slots);
    await truncateArtifact(folderOf(damaged));
    const first = await consolidateSamples(temp.path, slots);
    expect(first.result).toMatchObject({ libs: 3, missing: [], problems: [{ slot: '/acme/lib@2.0' }] });
    await writeSamples(temp.path, slots);
    await consolidateSamples(temp.path, slots);
    await truncateArtifact(folderOf(damaged));
    const again = await consolidateSamples(temp.path, slots);
    expect(again.result).toMatchObject({ outcome: 'unchanged', libs: 4, problems: [{ slot: '/acme/lib@2.0' }] });
  });
});

test('an artifact that cannot be looked at is refused by name, not taken for missing', async () => {
  await writeSamples(temp.path, slots);
  await rm(folderOf(other), { recursive: true });
  await symlink(folderOf(other), folderOf(other));
  const { result } = await consolidateSamples(temp.path, slots);
  expect(result).toMatchObject({ libs: 3, missing: [], problems: [{ slot: '/acme/other' }] });
  expect(result.problems[0]?.message).toContain('cannot be read: ELOOP');
});

test('an artifact whose folder was renamed goes back by the command that is told', async () => {
  await writeSamples(temp.path, slots);
  const away = `${folderOf(other)}_old`;
  await rename(folderOf(other), away);
  const { result } = await consolidateSamples(temp.path, slots);
  expect(result.problems[0]?.nextSteps).toEqual([`move it back: mv ${away} ${folderOf(other)}`]);
});

test('a database that was damaged is made anew, though nothing has changed', async () => {
  await writeSamples(temp.path, slots, { documents: 30 });
  await consolidateSamples(temp.path, slots);
  const bytes = await readFile(database());
  await truncate(database(), bytes.length - 8_192);
  expect((await consolidateSamples(temp.path, slots)).result.outcome).toBe('written');
  expect(bytes.equals(await readFile(database()))).toBe(true);
});

describe('it is refused', () => {
  const expectRefusal = async (code: string, words: RegExp, options = {}, registry = slots) => {
    const before = await directoryFingerprint(temp.path);
    await expect(consolidateSamples(temp.path, registry, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words),
    });
    expect(await directoryFingerprint(temp.path)).toBe(before);
  };

  test('to mix embedders, and the odd ones are named', async () => {
    await writeSamples(temp.path, slots);
    await writeSamples(temp.path, [damaged], { identity: { ...SAMPLE_IDENTITY, model: 'another/model' } });
    await expectRefusal(
      'mixed_embedders',
      /^1 artifact is .*other 3:\n\/acme\/lib@2\.0: .*acme_lib_2\.0.*another\/model \(8\)$/,
    );
  });

  test('to lose more than allowed against the database so far, or the release', async () => {
    await writeSamples(temp.path, slots);
    await consolidateSamples(temp.path, slots);
    const fewer = slots.filter((slot) => slot !== other);
    await expectRefusal(
      'database_would_shrink',
      /from 4 to 3 libraries, by 25 %.*so far.*Gone: \/acme\/other/,
      {},
      fewer,
    );
    const kept = await consolidateSamples(temp.path, fewer, { keepRemoved: true });
    expect(kept.result).toMatchObject({ outcome: 'unchanged', libs: 4 });
    expect((await consolidateSamples(temp.path, fewer, { maxShrink: 25 })).result).toMatchObject({
      libs: 3,
      removed: ['/acme/other'],
    });
    const released = { name: 'the release v1.0.0', libs: 3, documents: 20 };
    await writeSamples(temp.path, [damaged], { edition: 'second' });
    await expectRefusal(
      'database_would_shrink',
      /from 20 to 9 documents, by 55 %, against the release v1\.0\.0/,
      { released },
      fewer,
    );
  });

  test('to write where it cannot, and it says why', async () => {
    await writeSamples(temp.path, slots);
    await mkdir(database());
    await expect(consolidateSamples(temp.path, slots)).rejects.toMatchObject({
      code: 'database_not_written',
      message: expect.stringContaining(database()),
      nextSteps: [expect.stringContaining('df -h'), expect.any(String)],
    });
    await rm(database(), { recursive: true });
    await rm(join(temp.path, 'artifacts'), { recursive: true });
    await writeFile(join(temp.path, 'artifacts'), 'no folder');
    await expectRefusal('artifacts_unreadable', /ENOTDIR/);
  });

  test('to make a database of nothing', async () => {
    await expectRefusal('no_artifacts', /no artifact/);
  });
});
