import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultType } from '../../sandbox/faults/script.ts';
import type { BackfillRig } from '../../support/backfill-rig.ts';
import {
  type Baseline,
  baselineOf,
  faultAt,
  faultsOf,
  outageFrom,
  problemsOf,
  type SweepOutcome,
  startSweepRig,
  summaryOf,
  sweep,
  sweepAll,
} from '../../support/fault-sweep.ts';

/** The requests that ask for several things at once. */
const PAGED = ['Enumerate', 'Hydrate', 'Continue', 'ReviewComments', 'MoreReviewComments'] as const;

/** Faults that mean: this was too much. */
const REFUSALS: ReadonlySet<FaultType> = new Set([
  '500',
  '502',
  '504',
  'html-200',
  'errors-200',
  'partial',
  'resource-limits',
  'cut-stream',
  'truncated-json',
  'hang',
]);

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

describe('every fault at every kind of request', () => {
  let outcomes: readonly SweepOutcome[];

  beforeAll(async () => {
    const cases = positions().flatMap(([position, name]) =>
      faultsOf(name).map((type) => faultAt(type, position, name)),
    );
    outcomes = await sweepAll(rigs, baseline, cases);
    console.log(`one fault: ${summaryOf(outcomes)}`);
  }, 180_000);

  test('ends with the same content, or listed gaps, or a typed error that is resumed', () => {
    expect(problemsOf(outcomes)).toEqual([]);
  });

  test.each(PAGED)('a refused %s request is followed by a smaller one, and that is said', (name) => {
    const refused = outcomes.filter(
      ({ at }) => at && REFUSALS.has(at.type) && baseline.requests[at.position - 1] === name,
    );
    expect(refused.length).toBeGreaterThanOrEqual(REFUSALS.size);
    for (const { at, first, exits } of refused) {
      const index = (at?.position ?? 0) - 1;
      const asked = first.requests[index]?.asked ?? 0;
      const next = first.requests.slice(index + 1).find((request) => request.name === name);
      expect([at?.type, exits]).toEqual([at?.type, [0]]);
      expect(next?.asked).toBeGreaterThan(0);
      expect(next?.asked).toBeLessThanOrEqual(asked / 2);
      expect(first.events.find(({ event }) => event === 'page.shrunk')).toMatchObject({
        from: asked,
        reason: at?.type === 'hang' ? 'GitHub did not answer in time' : expect.stringMatching(/GitHub|cut off/),
      });
    }
  });
});

test('an outage from any kind of request on ends typed or with listed gaps, and is made up for afterwards', async () => {
  const kinds: readonly FaultType[] = ['502', 'null-nodes'];
  const cases = kinds.flatMap((type) => positions().map(([position, name]) => outageFrom(type, position, name)));
  const outcomes = await sweepAll(rigs, baseline, cases);
  console.log(`outage: ${summaryOf(outcomes)}`);
  expect(problemsOf(outcomes)).toEqual([]);
}, 180_000);

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

test('however often it is refused, no page is sent again as large as it was, down to one', async () => {
  for (const [kind, name] of [
    ['enumerate', 'Enumerate'],
    ['hydrate', 'Hydrate'],
    ['reviews', 'ReviewComments'],
  ] as const) {
    const outcome = await sweep(firstRig(), baseline, {
      name: kind,
      faults: [{ match: { kind, to: 3 }, fault: '502' }],
    });
    expect(outcome).toMatchObject({ problems: [], exits: [0] });
    const asked = outcome.first.requests.filter((request) => request.name === name).map((request) => request.asked);
    const falling = asked
      .slice(0, 4)
      .every((size, index) => index === 0 || size === 1 || size < (asked[index - 1] ?? 0));
    expect([name, asked, falling]).toEqual([name, asked, true]);
  }
});

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
