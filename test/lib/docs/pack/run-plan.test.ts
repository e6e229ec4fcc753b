import { expect, test } from 'vitest';
import { cacheKeyOf } from '../../../../src/lib/docs/pack/cache-key.ts';
import { compareWithCache, keepaliveMarkdown, requireHits } from '../../../../src/lib/docs/pack/keepalive.ts';
import { planRun } from '../../../../src/lib/docs/pack/run-plan.ts';
import { parseRegistry } from '../../../../src/lib/docs/registry/registry.ts';
import { listedSlot } from '../../../../src/lib/docs/registry/slot-list.ts';

const SIGNALS = { schema_version: 5, embedder_signature: 'ab12' };
const NOTHING = { lib: '', tag: '', allowPartial: '', isOnTag: false };

/** The slots of a registry with so many libraries. */
function slotsOf(count: number) {
  const entries = Array.from(
    { length: count },
    (_, index) => `  - { lib_id: /a/l${index}, kind: github-md, urls: [https://a.org/${index}.md] }\n`,
  );
  return parseRegistry('registry.yaml', `libraries:\n${entries.join('')}`).slots;
}

test('a run is cut into batches that a matrix can hold, none left out', () => {
  const { batches, ...signals } = planRun(NOTHING, slotsOf(261), SIGNALS);
  expect(batches.map(({ batch_id, libs }) => [batch_id, libs.length])).toEqual([
    [0, 256],
    [1, 5],
  ]);
  expect(signals).toEqual(SIGNALS);
});

test('the release of one library needs a reason, and a registry without libraries makes no empty run', () => {
  const one = { ...NOTHING, lib: '/a/l0', tag: 'v1' };
  expect(() => planRun(one, slotsOf(1), SIGNALS)).toThrow(
    expect.objectContaining({ code: 'release_of_one_library', exitCode: 2 }),
  );
  expect(planRun({ ...one, allowPartial: 'the others are frozen' }, slotsOf(1), SIGNALS).batches).toHaveLength(1);
  const tagged = { ...NOTHING, tag: 'v1', isOnTag: true };
  expect(() => planRun(tagged, slotsOf(2), SIGNALS)).toThrow(
    expect.objectContaining({ code: 'release_without_branch' }),
  );
  expect(() => planRun(NOTHING, [], SIGNALS)).toThrow(expect.objectContaining({ code: 'no_libraries', exitCode: 2 }));
});

test('the key of a cached artifact is that of deadzone, and only the whole key is a hit', () => {
  const slots = slotsOf(2);
  const [one, other] = slots.map((slot) => cacheKeyOf(listedSlot(slot), SIGNALS));
  expect(one).toMatch(/^artifact-a_l0--[0-9a-f]{64}-embab12-schema5$/);
  const rows = compareWithCache(slots, SIGNALS, new Set([`${one}`, `${other}0`]));
  expect(rows.map(({ status }) => status)).toEqual(['hit', 'miss']);
  expect(keepaliveMarkdown(rows)).toContain('| `/a/l1` | `-` | miss |\n\n**Totals:** 1 hit, 1 miss\n');
  const misses = compareWithCache(slots, SIGNALS, new Set());
  expect(() => requireHits(misses, slots)).toThrow(expect.objectContaining({ code: 'cache_empty' }));
});
