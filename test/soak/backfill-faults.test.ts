import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BackfillRig } from '../support/backfill-rig.ts';
import {
  type Baseline,
  baselineOf,
  faultAt,
  faultsOf,
  outageFrom,
  problemsOf,
  startSweepRig,
  summaryOf,
  sweepAll,
} from '../support/fault-sweep.ts';

/** Every fault but those that GitHub lifts only when asked less: as an outage they are told apart from nothing. */
const NO_OUTAGE = /^(301|ghost-authors|slow-body)$/;

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

test('every fault at every request: same content, or listed gaps, or a typed error that is resumed', async () => {
  const cases = baseline.requests.flatMap((name, index) =>
    faultsOf(name).map((type) => faultAt(type, index + 1, name)),
  );
  const outcomes = await sweepAll(rigs, baseline, cases);
  console.log(`one fault: ${summaryOf(outcomes)}`);
  expect(problemsOf(outcomes)).toEqual([]);
});

test('every fault from every request on', async () => {
  const cases = baseline.requests.flatMap((name, index) =>
    faultsOf(name)
      .filter((type) => !NO_OUTAGE.test(type))
      .map((type) => outageFrom(type, index + 1, name)),
  );
  const outcomes = await sweepAll(rigs, baseline, cases);
  console.log(`outages: ${summaryOf(outcomes)}`);
  expect(problemsOf(outcomes)).toEqual([]);
});

test('two faults at once: every pair of requests, one after the other', async () => {
  const count = baseline.requests.length;
  const cases = Array.from({ length: count * count }, (_, index) => {
    const [one, other] = [1 + Math.floor(index / count), 1 + (index % count)];
    return {
      name: `502 at request ${one} and cut-stream at request ${other}`,
      faults: [
        { match: { nth: one }, fault: '502' as const },
        { match: { nth: other }, fault: 'cut-stream' as const },
      ],
    };
  });
  const outcomes = await sweepAll(rigs, baseline, cases);
  console.log(`two faults: ${summaryOf(outcomes)}`);
  expect(problemsOf(outcomes)).toEqual([]);
});
