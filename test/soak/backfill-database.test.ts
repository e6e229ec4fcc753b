import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BackfillRig } from '../support/backfill-rig.ts';
import { DATABASE_ERRORS, everyCall, failingCall } from '../support/database-errors.ts';
import { type Baseline, baselineOf, problemsOf, startSweepRig, summaryOf, sweepAll } from '../support/fault-sweep.ts';

let rigs: readonly BackfillRig[];
let baseline: Baseline;

beforeAll(async () => {
  rigs = await Promise.all([startSweepRig(), startSweepRig()]);
  const baselines = await Promise.all(rigs.map(baselineOf));
  baseline = baselines[0] as Baseline;
});
afterAll(async () => {
  await Promise.all((rigs ?? []).map((rig) => rig.close()));
});

test.each(DATABASE_ERRORS)('$name, once at every call and from every call on', async (error) => {
  const places = everyCall(baseline.calls);
  const once = await sweepAll(
    rigs,
    baseline,
    places.map(([position, procedure]) => failingCall(error, position, procedure)),
  );
  const lasting = await sweepAll(
    rigs,
    baseline,
    places.map(([position, procedure]) => failingCall(error, position, procedure, Number.POSITIVE_INFINITY)),
  );
  console.log(`${error.name}: ${summaryOf(once)}; lasting: ${summaryOf(lasting)}`);
  expect([...problemsOf(once), ...problemsOf(lasting)]).toEqual([]);
  if (error.madeUpFor) expect(once.filter(({ exits }) => exits.length > 1).map(({ name }) => name)).toEqual([]);
});
