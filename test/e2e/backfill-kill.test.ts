import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkplace } from '../support/backfill-process.ts';
import { type CapturedContent, capturedContent } from '../support/captured-content.ts';
import { differencesFromTruth } from '../support/compare-with-truth.ts';
import {
  bareStartMs,
  KILLED_REPOSITORY,
  type KilledBackfill,
  medianFirstRequestMs,
  spreadOf,
  startKilledBackfill,
} from '../support/kill-loop.ts';

const KILLS = 50;
const PULL_REQUESTS = 80;
/** An empty Node program on a 2-core machine that does nothing else. */
const IDLE_BARE_START_MS = 30;

describe(`a backfill into the embedded store that is killed ${KILLS} times at random moments`, () => {
  let lanes: readonly KilledBackfill[];

  beforeAll(async () => {
    // Two at a time, one for each core.
    lanes = await Promise.all([1, 2].map((seed) => startKilledBackfill({ prs: PULL_REQUESTS, seed })));
    await Promise.all(lanes.map((lane) => lane.killUntil(KILLS / lanes.length)));
  }, 240_000);
  afterAll(async () => {
    await Promise.all((lanes ?? []).map((lane) => lane.close()));
  });

  test('dies in every phase, and starts to ask again within 2 seconds', async () => {
    const kills = lanes.flatMap((lane) => lane.kills);
    const spread = spreadOf(kills);
    const median = medianFirstRequestMs(kills);
    console.log(
      `${kills.length} kills ${JSON.stringify(spread)}, first request after ${Math.round(median)} ms (median)`,
    );
    expect(kills.length).toBeGreaterThanOrEqual(50);
    for (const phase of ['enumerating', 'hydrating', 'storing', 'auditing'] as const) {
      expect([phase, spread[phase] > 0]).toEqual([phase, true]);
    }
    const [lane] = lanes;
    if (median < 2_000 || !lane) return;
    // Two at once on a machine that does other things as well: now one alone, against what the machine is up to.
    await lane.killUntil(lane.kills.length + 7);
    const alone = medianFirstRequestMs(lane.kills.slice(-7));
    const busy = Math.max(1, (await bareStartMs()) / IDLE_BARE_START_MS);
    console.log(
      `one alone: first request after ${Math.round(alone)} ms (median) on a machine ${busy.toFixed(1)} times slower than idle`,
    );
    expect(alone / busy).toBeLessThan(2_000);
  }, 120_000);

  test('ends complete: nothing lost, nothing doubled, the content of an uninterrupted run', async () => {
    const [first] = lanes;
    if (!first) throw new Error('there is no lane');
    // All of them have the same repository in the end.
    const appends = Math.max(...lanes.map((lane) => lane.appends));
    for (const lane of lanes) while (lane.appends < appends) lane.append();
    const contents: CapturedContent[] = [];
    for (const lane of lanes) {
      const end = await lane.finish();
      expect([end.code, end.stderr]).toEqual([0, end.stderr]);
      await lane.workplace.withDatabase(async (query) => {
        expect(await differencesFromTruth(query, lane.sandbox.repository(KILLED_REPOSITORY))).toEqual([]);
        contents.push(await capturedContent(query));
      });
    }
    const uninterrupted = await createWorkplace(first.sandbox);
    try {
      expect(await uninterrupted.run(['backfill', KILLED_REPOSITORY, '--plain'])).toMatchObject({ code: 0 });
      const expected = await uninterrupted.withDatabase(capturedContent);
      expect(contents).toEqual(lanes.map(() => expected));
    } finally {
      await uninterrupted.remove();
    }
  }, 120_000);

  test('fetches at most one page again for each kill', () => {
    const redone = lanes.map((lane) => lane.redonePages());
    console.log(
      `pages fetched again: ${redone.join(' and ')} for ${lanes.map((lane) => lane.kills.length).join(' and ')} kills`,
    );
    for (const [index, lane] of lanes.entries()) expect(redone[index]).toBeLessThanOrEqual(lane.kills.length);
  });
});
