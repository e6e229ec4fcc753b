import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BackfillRig, startBackfillRig } from '../../support/backfill-rig.ts';
import { differencesFromTruth } from '../../support/compare-with-truth.ts';

const PULL_REQUESTS = 60;
const REPOSITORY = { owner: 'acme', name: 'limited', prs: PULL_REQUESTS };
/** Points a window, of which a tenth is left for others: less than this backfill costs. */
const LIMIT = 15;
const RESERVE = 2;
const WINDOW_MS = 600_000;

let rig: BackfillRig;

beforeEach(async () => {
  rig = await startBackfillRig({ repositories: [REPOSITORY], graphqlLimit: LIMIT, windowMs: WINDOW_MS });
});
afterEach(() => rig?.close());

function differences() {
  return differencesFromTruth(rig.query, rig.sandbox.repository('acme/limited'));
}

describe('a budget smaller than the work', () => {
  test('waiting: the work is spread over windows, the reserve is never touched, nothing is sent while limited', async () => {
    const startedAt = rig.clock.now();
    const report = await rig.run({ inputs: { chunkSize: 5, maxWaitMs: Number.POSITIVE_INFINITY } });
    expect(report).toMatchObject({ exitCode: 0, result: { outcome: 'completed', gaps: [] } });
    const remaining = report.events.flatMap((event) =>
      event.event === 'budget.updated' && event.resource === 'graphql' ? [event.remaining] : [],
    );
    console.log(
      `${report.result?.cost.graphql} points at ${LIMIT} a window took ${Math.round((rig.clock.now() - startedAt) / 60_000)} virtual minutes`,
    );
    expect(report.result?.cost.graphql).toBeGreaterThan(LIMIT);
    expect(Math.min(...remaining)).toBe(RESERVE);
    expect(rig.clock.now() - startedAt).toBeGreaterThanOrEqual(WINDOW_MS);
    expect(rig.sandbox.counters().limitedViolations).toBe(0);
    expect(await differences()).toEqual([]);
  });

  test('pausing: exit 75 again and again, nothing asked before its time, and each run goes on by itself after it', async () => {
    rig.sandbox.faults.replace([{ match: { kind: 'hydrate', every: 4, times: 3 }, fault: 'primary-200' }]);
    const exits: number[] = [];
    for (;;) {
      const report = await rig.run({ inputs: { chunkSize: 5, maxWaitMs: 150_000 } });
      exits.push(report.exitCode);
      if (report.exitCode !== 75) break;
      const tooEarly = await rig.run({ inputs: { chunkSize: 5, maxWaitMs: 150_000 } });
      expect(tooEarly).toMatchObject({ exitCode: 75, requests: [] });
      rig.clock.advance(Math.max(0, (report.resumeAfter ?? 0) - rig.clock.now()));
      expect(exits.length).toBeLessThan(20);
    }
    expect(exits.length).toBeGreaterThan(2);
    expect(exits.at(-1)).toBe(0);
    expect(rig.sandbox.counters().limitedViolations).toBe(0);
    expect(await differences()).toEqual([]);
  });
});

test('a commit that arrives after its chunk was taken over is refused, and that is said', async () => {
  rig.sandbox.faults.replace([]);
  await rig.sandbox.tokens.configure('ghp_rig', { graphqlLimit: 5_000 });
  let other: Promise<unknown> | undefined;
  let claimed = 0;
  const late = await rig.run({
    inputs: { chunkSize: 5 },
    intercept: async (procedure, send) => {
      if (procedure === 'backfill_claim') {
        const answer = await send();
        const { work } = (await answer.clone().json()) as { readonly work: string };
        if (work === 'chunk') claimed += 1;
        return answer;
      }
      if (procedure === 'backfill_commit_pull_requests' && !other) {
        // A chunk that this one claims later than the other begins would be its own, and the other would wait for it.
        while (claimed < 2) await new Promise(setImmediate);
        // Meanwhile another worker finds the leases of this one free and does all of the work.
        other = rig.run({ inputs: { chunkSize: 5 } });
        expect(await other).toMatchObject({ exitCode: 0 });
      }
      return send();
    },
  });
  expect(late.exitCode).toBe(0);
  expect(late.events).toContainEqual({
    event: 'notice.raised',
    level: 'warning',
    message: 'Chunk 1 was taken over by another worker; nothing of it was stored here',
  });
  expect(late.result?.rows.pull_requests).toBe(0);
  expect(await differences()).toEqual([]);
});
