import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readArtifact } from '../../../../src/lib/docs/artifact/read-artifact.ts';
import { writeArtifact } from '../../../../src/lib/docs/artifact/write-artifact.ts';
import { OperatorError } from '../../../../src/lib/errors.ts';
import { DAMAGES, truncateArtifact } from '../../../support/damage-artifact.ts';
import { sampleContent, sampleSlot } from '../../../support/sample-artifact.ts';
import { directoryFingerprint, type TemporaryDirectory, temporaryDirectory } from '../../../support/temp.ts';

const slot = sampleSlot('/acme/lib', { version: '2.0' });
const other = sampleSlot('/acme/other');

let temp: TemporaryDirectory;
beforeEach(async () => {
  temp = await temporaryDirectory();
  for (const each of [slot, other]) await writeArtifact(join(temp.path, each.slug), sampleContent(each), 0);
});
afterEach(() => temp.remove());

const damages = { ...DAMAGES, 'truncated: ': truncateArtifact };

test.each(Object.entries(damages))(
  'an artifact that %s is refused by library and file, and left as it is',
  async (words, damage) => {
    const folder = join(temp.path, slot.slug);
    await damage(folder);
    const before = await directoryFingerprint(folder);
    const refusal = await readArtifact({ folder, slot }).catch((thrown: unknown) => thrown);
    expect(refusal).toBeInstanceOf(OperatorError);
    const { message, nextSteps, code } = refusal as OperatorError;
    expect(message).toContain(`/acme/lib@2.0: ${join(folder, 'artifact.db')} `);
    if (words !== 'truncated: ') expect(message).toContain(words);
    expect(message.length).toBeLessThan(300 + folder.length * 2);
    expect(code).toMatch(/^artifact_/);
    expect(nextSteps).toEqual(['capture-cli scrape /acme/lib/2.0']);
    expect(await directoryFingerprint(folder)).toBe(before);
  },
);
