import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkplace } from '../support/backfill-process.ts';
import { type CapturedContent, capturedContent } from '../support/captured-content.ts';
import { differencesFromTruth } from '../support/compare-with-truth.ts';
import {
  KILLED_REPOSITORY,
  type KilledBackfill,
  medianFirstRequestMs,
  spreadOf,
  startKilledBackfill,
} from '../support/kill-loop.ts';

const KILLS = Number(process.env['SOAK_KILLS'] ?? 500);
const SEED = Number(process.env['SOAK_SEED'] ?? 100);
const PULL_REQUESTS = 600;

describe(`a backfill that is killed ${KILLS} times at random moments (SOAK_KILLS, SOAK_SEED=${SEED})`, () => {
  let lanes: readonly KilledBackfill[];

  beforeAll(async () => {
    lanes = await Promise.all([SEED, SEED + 1].map((seed) => startKilledBackfill({ prs: PULL_REQUESTS, seed })));
    await Promise.all(lanes.map((lane) => lane.killUntil(Math.ceil(KILLS / lanes.length))));
    const appends = Math.max(...lanes.map((lane) => lane.appends));
    for (const lane of lanes) while (lane.appends < appends) lane.append();
  }, 40 * 60_000);
  afterAll(async () => {
    await Promise.all((lanes ?? []).map((lane) => lane.close()));
  });

  test('ends complete: nothing lost, nothing doubled, the content of an uninterrupted run, few pages twice', async () => {
    const kills = lanes.flatMap((lane) => lane.kills);
    console.log(`${kills.length} kills ${JSON.stringify(spreadOf(kills))}`);
    console.log(`first request after ${Math.round(medianFirstRequestMs(kills))} ms (median)`);
    expect(kills.length).toBeGreaterThanOrEqual(KILLS);
    const [first] = lanes;
    if (!first) throw new Error('there is no lane');
    const contents: CapturedContent[] = [];
    for (const lane of lanes) {
      const end = await lane.finish();
      expect([end.code, end.stderr]).toEqual([0, end.stderr]);
      await lane.workplace.withDatabase(async (query) => {
        expect(await differencesFromTruth(query, lane.sandbox.repository(KILLED_REPOSITORY))).toEqual([]);
        contents.push(await capturedContent(query));
      });
      console.log(`pages fetched again: ${lane.redonePages()} for ${lane.kills.length} kills`);
      expect(lane.redonePages()).toBeLessThanOrEqual(lane.kills.length);
    }
    const uninterrupted = await createWorkplace(first.sandbox);
    try {
      expect(await uninterrupted.run(['backfill', KILLED_REPOSITORY, '--plain'])).toMatchObject({ code: 0 });
      const expected = await uninterrupted.withDatabase(capturedContent);
      expect(contents).toEqual(lanes.map(() => expected));
    } finally {
      await uninterrupted.remove();
    }
  });
});
