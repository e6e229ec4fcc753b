import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkplace } from '../support/backfill-process.ts';
import { capturedContent, type Query } from '../support/captured-content.ts';
import { differencesFromTruth } from '../support/compare-with-truth.ts';
import { createdStore } from '../support/created-store.ts';
import { type HostedPostgres, startHostedPostgres } from '../support/hosted-postgres.ts';
import { KILLED_REPOSITORY, type KilledBackfill, spreadOf, startKilledBackfill } from '../support/kill-loop.ts';

/** A start that opens the embedded store takes four times the processor time of one that uses a hosted store. */
const KILLS = { embedded: 20, hosted: 30 } as const;
const PULL_REQUESTS = 80;

describe('a backfill that is killed 50 times at random moments, 20 of them with the embedded store and 30 with a hosted one', () => {
  let hosted: HostedPostgres;
  let embeddedLane: KilledBackfill;
  let lanes: readonly KilledBackfill[];

  beforeAll(async () => {
    hosted = await startHostedPostgres();
    const settings = {
      SUPABASE_URL: hosted.url,
      SUPABASE_SERVICE_KEY: hosted.serviceKey,
      // Workers of a hosted store may be anywhere: a killed one is given up when its lease ends.
      DEADZONE_BACKFILL_LEASE_SECONDS: '2',
    };
    const hostedLane = await startKilledBackfill({ prs: PULL_REQUESTS, seed: 2, settings });
    embeddedLane = await startKilledBackfill({ prs: PULL_REQUESTS, seed: 1 });
    lanes = [embeddedLane, hostedLane];
    // Two at a time, one for each core.
    await Promise.all([embeddedLane.killUntil(KILLS.embedded), hostedLane.killUntil(KILLS.hosted)]);
  }, 240_000);
  afterAll(async () => {
    await Promise.all((lanes ?? []).map((lane) => lane.close()));
    await hosted?.close();
  });

  test('dies in every phase', () => {
    const kills = lanes.flatMap((lane) => lane.kills);
    const spread = spreadOf(kills);
    console.log(`${kills.length} kills ${JSON.stringify(spread)}`);
    expect(lanes.map((lane) => lane.kills.length)).toEqual([KILLS.embedded, KILLS.hosted]);
    expect(kills.length).toBeGreaterThanOrEqual(50);
    for (const phase of ['enumerating', 'hydrating', 'storing', 'auditing'] as const) {
      expect([phase, spread[phase] > 0]).toEqual([phase, true]);
    }
  });

  test('ends complete: nothing lost, nothing doubled, the content of an uninterrupted run', async () => {
    // All of them have the same repository in the end.
    const appends = Math.max(...lanes.map((lane) => lane.appends));
    for (const lane of lanes) while (lane.appends < appends) lane.append();
    const contents = await Promise.all(
      lanes.map(async (lane) => {
        const end = await lane.finish();
        expect([end.code, end.stderr]).toEqual([0, end.stderr]);
        const content = async (query: Query) => {
          expect(await differencesFromTruth(query, lane.sandbox.repository(KILLED_REPOSITORY))).toEqual([]);
          return capturedContent(query);
        };
        return lane === embeddedLane ? lane.workplace.withDatabase(content) : content((sql) => hosted.sql.unsafe(sql));
      }),
    );
    const uninterrupted = await createWorkplace(embeddedLane.sandbox);
    try {
      await createdStore(uninterrupted.storeDirectory);
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
