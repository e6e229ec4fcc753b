import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FaultType } from '../../sandbox/faults/script.ts';
import type { BackfillRig } from '../../support/backfill-rig.ts';
import {
  type Baseline,
  baselineOf,
  faultAt,
  ONE_SHOT_FAULTS,
  outageFrom,
  startSweepRig,
  summaryOf,
  sweep,
  sweepAll,
} from '../../support/fault-sweep.ts';

let rigs: readonly BackfillRig[];
let baseline: Baseline;

beforeAll(async () => {
  rigs = await Promise.all([startSweepRig(), startSweepRig()]);
  const baselines = await Promise.all(rigs.map(baselineOf));
  baseline = baselines[0] as Baseline;
  expect(baselines[1]).toMatchObject({ content: baseline.content, requests: baseline.requests });
});
afterAll(async () => {
  await Promise.all((rigs ?? []).map((rig) => rig.close()));
});

function firstRig(): BackfillRig {
  return rigs[0] as BackfillRig;
}

/** The first request of each kind, and the second enumeration, which belongs to the audit. */
function positions(): readonly (readonly [number, string])[] {
  const { requests } = baseline;
  const audit = requests.lastIndexOf('Enumerate') + 1;
  const first = [...new Set(requests)].map((name) => [requests.indexOf(name) + 1, name] as const);
  return [...first, [audit, 'Enumerate of the audit']];
}

test('a run needs every kind of request', () => {
  expect(new Set(baseline.requests)).toEqual(
    new Set(['Repository', 'Enumerate', 'Hydrate', 'Continue', 'ReviewComments', 'MoreReviewComments', 'REST']),
  );
});

test('every fault at every kind of request: same content, or listed gaps, or a typed error that is resumed', async () => {
  const cases = ONE_SHOT_FAULTS.flatMap((type) => positions().map(([position, name]) => faultAt(type, position, name)));
  const outcomes = await sweepAll(rigs, baseline, cases);
  console.log(`one fault: ${summaryOf(outcomes)}`);
  expect(
    outcomes.filter(({ problems }) => problems.length > 0).map(({ name, problems }) => `${name}: ${problems}`),
  ).toEqual([]);
}, 120_000);

test('an outage from any kind of request on ends typed or with listed gaps, and is made up for afterwards', async () => {
  const kinds: readonly FaultType[] = ['502', 'errors-200', 'null-nodes', 'cut-stream'];
  const cases = kinds.flatMap((type) => positions().map(([position, name]) => outageFrom(type, position, name)));
  const outcomes = await sweepAll(rigs, baseline, cases);
  console.log(`outage: ${summaryOf(outcomes)}`);
  expect(
    outcomes.filter(({ problems }) => problems.length > 0).map(({ name, problems }) => `${name}: ${problems}`),
  ).toEqual([]);
}, 120_000);

test.each([
  ['hydrate', 2],
  ['reviews', 3],
  ['enumerate', 4],
] as const)(
  'a GitHub that answers %s requests of at most %i items gives the same content',
  async (kind, maxPageSize) => {
    const outcome = await sweep(firstRig(), baseline, {
      name: kind,
      faults: [{ match: { kind }, fault: { type: 'maxPageSize', maxPageSize } }],
    });
    expect(outcome).toMatchObject({ problems: [], exits: [0] });
    expect(outcome.first.events.some(({ event }) => event === 'page.shrunk')).toBe(true);
  },
);

test('a pull request that is never answered is a listed gap, exit 68; everything else is there, and recover brings it', async () => {
  const outcome = await sweep(firstRig(), baseline, {
    name: 'poison',
    faults: [{ match: { kind: 'hydrate', number: 5 }, fault: '502' }],
  });
  expect(outcome).toMatchObject({ problems: [], exits: [68, 0] });
  expect(outcome.first.result?.gaps).toEqual([
    expect.objectContaining({ number: 5, kind: 'pull_requests', reason: 'quarantined' }),
  ]);
});
