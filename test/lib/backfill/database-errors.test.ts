import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BackfillRig, StoreInterceptor } from '../../support/backfill-rig.ts';
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

type Send = () => Promise<Response>;

function dropped(): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
}

function answer(status: number, code: string, message: string): Response {
  return Response.json({ code, message, details: null, hint: null }, { status });
}

/** What can go wrong with one call of a procedure, whether or not the database has done what it was asked for. */
const ERRORS: Readonly<Record<string, (send: Send) => Promise<Response>>> = {
  'a connection that drops before the call': () => Promise.reject(dropped()),
  'a connection that drops after the database has done it': async (send) => {
    await (await send()).arrayBuffer();
    throw dropped();
  },
  'an answer of a gateway after the database has done it': async (send) => {
    await (await send()).arrayBuffer();
    return new Response('<html>504</html>', { status: 504, headers: { 'content-type': 'text/html' } });
  },
  'a serialization failure (40001)': async () =>
    answer(500, '40001', 'could not serialize access due to concurrent update'),
  'a deadlock (40P01)': async () => answer(500, '40P01', 'deadlock detected'),
  'a statement time-out (57014)': async () => answer(500, '57014', 'canceling statement due to statement timeout'),
  'an internal error (XX000)': async () => answer(500, 'XX000', 'internal error'),
};
/** These the store itself sends again. */
const MADE_UP_FOR = Object.keys(ERRORS).slice(0, 5);

/** The nth call and the `times - 1` after it fail. */
function failing(position: number, times: number, fail: (send: Send) => Promise<Response>): () => StoreInterceptor {
  return () => {
    let call = 0;
    return (_, send) => {
      call += 1;
      return call >= position && call < position + times ? fail(send) : send();
    };
  };
}

function fetchNothing(): Promise<Response> {
  return Promise.reject(new Error('the test names an error that is not there'));
}

/** Every call of a run, or the first and the last of each procedure; counted from 1. */
function places(all: boolean): readonly (readonly [number, string])[] {
  const { calls } = baseline;
  return calls.flatMap((procedure, index) =>
    all || calls.indexOf(procedure) === index || calls.lastIndexOf(procedure) === index
      ? [[index + 1, procedure] as const]
      : [],
  );
}

test('a call that is lost, or done without an answer, or rolled back, at any place: the run does not even notice', async () => {
  const cases = MADE_UP_FOR.flatMap((name, kind) =>
    places(kind < 2).map(([position, procedure]) => ({
      name: `${name}, call ${position} (${procedure})`,
      faults: [],
      interceptor: failing(position, 1, ERRORS[name] ?? fetchNothing),
    })),
  );
  const outcomes = await sweepAll(rigs, baseline, cases);
  console.log(`database errors: ${summaryOf(outcomes)}`);
  expect(problemsOf(outcomes)).toEqual([]);
  expect(outcomes.filter(({ exits }) => exits.length > 1).map(({ name }) => name)).toEqual([]);
}, 120_000);

test('a call that the database refuses, at any place: a typed error, and the next run goes on', async () => {
  const cases = Object.keys(ERRORS)
    .slice(5)
    .flatMap((name) =>
      places(false).map(([position, procedure]) => ({
        name: `${name}, call ${position} (${procedure})`,
        faults: [],
        interceptor: failing(position, 1, ERRORS[name] ?? fetchNothing),
      })),
    );
  const outcomes = await sweepAll(rigs, baseline, cases);
  console.log(`database refusals: ${summaryOf(outcomes)}`);
  expect(problemsOf(outcomes)).toEqual([]);
}, 120_000);

test('a database that stays away from any call on: a typed error, and the next run goes on', async () => {
  const cases = places(false).map(([position, procedure]) => ({
    name: `outage from call ${position} (${procedure})`,
    faults: [],
    interceptor: failing(position, Number.POSITIVE_INFINITY, () => Promise.reject(dropped())),
  }));
  const outcomes = await sweepAll(rigs, baseline, cases);
  console.log(`database outages: ${summaryOf(outcomes)}`);
  expect(problemsOf(outcomes)).toEqual([]);
  expect(outcomes.filter(({ exits }) => exits[0] !== 1).map(({ name }) => name)).toEqual([]);
}, 120_000);
