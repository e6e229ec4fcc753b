import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextAssetStep, temporaryName, type WantedAsset } from '../../../../src/lib/docs/release/asset-steps.ts';
import type { ReleaseAsset } from '../../../../src/lib/github/repository/releases.ts';

interface Held {
  readonly id: number;
  readonly name: string;
  readonly content: string;
  readonly complete: boolean;
}

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
const wanted = (name: string, content: string): WantedAsset => ({
  name,
  sha256: sha256(content),
  size: content.length,
});

/** Of the same size, so that only the hash tells them apart. */
const DATABASES = ['new database', 'old database', 'any database'];
const CONTENTS = new Map(DATABASES.map((content) => [sha256(content), content]));
const checksumOf = (content: string) => `${sha256(content)}  deadzone.db\n`;
const pair = {
  database: wanted('deadzone.db', 'new database'),
  checksum: wanted('deadzone.db.sha256', checksumOf('new database')),
};

const names = [pair.database, pair.checksum].flatMap((asset) => [
  asset.name,
  temporaryName(asset),
  `${asset.name}.uploading-0123456789ab`,
]);
const held = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...names),
    database: fc.constantFrom(...DATABASES),
    complete: fc.boolean(),
  }),
  { selector: ({ name }) => name },
);

function asListed(asset: Held, digests: boolean): ReleaseAsset {
  const { id, name, content, complete } = asset;
  return { id, name, complete, size: content.length, sha256: digests && complete ? sha256(content) : null };
}

/** A reader finds both, and they do not belong together. */
function isWrongPair(assets: readonly Held[]): boolean {
  const named = (name: string) => assets.find((asset) => asset.name === name && asset.complete)?.content;
  const [database, checksum] = [named('deadzone.db'), named('deadzone.db.sha256')];
  return database !== undefined && checksum !== undefined && checksum !== checksumOf(database);
}

test('whatever a release holds, the steps lead to the pair, and none of them makes a wrong one', () => {
  fc.assert(
    fc.property(held, fc.boolean(), (start, digests) => {
      let assets: readonly Held[] = start.map(({ name, database, complete }, id) => ({
        id,
        name,
        complete,
        content: complete ? (name.startsWith('deadzone.db.sha256') ? checksumOf(database) : database) : '',
      }));
      let wasWrong = isWrongPair(assets);
      const hashes = new Map<number, string>();
      for (let steps = 0; ; steps += 1) {
        const listed = assets.map((asset) => asListed(asset, digests));
        const step = nextAssetStep(listed, pair, hashes);
        if (step === undefined) break;
        expect(steps).toBeLessThan(20);
        if (step.kind === 'upload') {
          const content = CONTENTS.get(step.wanted.sha256) ?? checksumOf('new database');
          assets = [...assets, { id: 100 + steps, name: temporaryName(step.wanted), content, complete: true }];
        } else if (step.kind === 'verify') {
          hashes.set(step.asset.id, sha256(assets.find(({ id }) => id === step.asset.id)?.content ?? ''));
        } else if (step.kind === 'rename') {
          const { to } = step;
          expect(assets.some(({ name }) => name === to)).toBe(false);
          assets = assets.map((asset) => (asset.id === step.asset.id ? { ...asset, name: to } : asset));
        } else {
          assets = assets.filter(({ id }) => id !== step.asset.id);
        }
        const isWrong = isWrongPair(assets);
        expect(isWrong && !wasWrong).toBe(false);
        wasWrong = isWrong;
      }
      const contents = assets.map(({ name, content }) => [name, content]);
      expect(new Map(contents.map(([name = '', content = '']) => [name, content]))).toEqual(
        new Map([
          ['deadzone.db', 'new database'],
          ['deadzone.db.sha256', checksumOf('new database')],
        ]),
      );
    }),
    { numRuns: 300 },
  );
});
