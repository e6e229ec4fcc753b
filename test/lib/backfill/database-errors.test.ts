import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BackfillRig } from '../../support/backfill-rig.ts';
import {
  DROPPED_AFTER,
  DROPPED_BEFORE,
  eachProcedure,
  failingProcedure,
  GATEWAY_TIMEOUT,
  INTERNAL_ERROR,
  SERIALIZATION_FAILURE,
  STATEMENT_TIMEOUT,
} from '../../support/database-errors.ts';
import {
  type Baseline,
  baselineOf,
  problemsOf,
  startSweepRig,
  summaryOf,
  sweepAll,
} from '../../support/fault-sweep.ts';

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

test('a call that is lost, or done without an answer, or rolled back, at any place: the run does not even notice', async () => {
  const { calls } = baseline;
  const outcomes = await sweepAll(rigs, baseline, [
    // Every call of a run, not the first of each procedure alone: the soak test.
    ...[DROPPED_AFTER, DROPPED_BEFORE, GATEWAY_TIMEOUT, SERIALIZATION_FAILURE].flatMap((error) =>
      eachProcedure(calls).map((procedure) => failingProcedure(error, procedure)),
    ),
  ]);
  console.log(`database errors: ${summaryOf(outcomes)}`);
  expect(problemsOf(outcomes)).toEqual([]);
  expect(outcomes.filter(({ exits }) => exits.length > 1).map(({ name }) => name)).toEqual([]);
}, 180_000);

test('a call that the database refuses, at any place: a typed error, and the next run goes on', async () => {
  const places = eachProcedure(baseline.calls);
  const outcomes = await sweepAll(
    rigs,
    baseline,
    // One and the other in turn: the soak test has all of both.
    places.map((procedure, index) => failingProcedure(index % 2 === 0 ? INTERNAL_ERROR : STATEMENT_TIMEOUT, procedure)),
  );
  console.log(`database refusals: ${summaryOf(outcomes)}`);
  expect(problemsOf(outcomes)).toEqual([]);
}, 180_000);

test('a database that stays away from any call on: a typed error, and the next run goes on', async () => {
  const outcomes = await sweepAll(
    rigs,
    baseline,
    eachProcedure(baseline.calls).map((procedure) =>
      failingProcedure(DROPPED_BEFORE, procedure, Number.POSITIVE_INFINITY),
    ),
  );
  console.log(`database outages: ${summaryOf(outcomes)}`);
  expect(problemsOf(outcomes)).toEqual([]);
  expect(outcomes.filter(({ exits }) => exits[0] !== 1).map(({ name }) => name)).toEqual([]);
}, 180_000);
