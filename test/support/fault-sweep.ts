import { isDeepStrictEqual } from 'node:util';
import type { Gap } from '../../src/lib/progress/events.ts';
import { FAULT_TYPES, type FaultScript, type FaultType } from '../sandbox/faults/script.ts';
import type { RepositoryOptions } from '../sandbox/history/repository.ts';
import { type BackfillRig, type RunReport, type StoreInterceptor, startBackfillRig } from './backfill-rig.ts';
import { type CapturedContent, capturedContent } from './captured-content.ts';
import { differencesFromTruth } from './compare-with-truth.ts';

/** A repository that needs every kind of request: pages of pull requests, inner pages, reviews, pages of review comments, REST. */
export const SWEPT_REPOSITORY = {
  owner: 'acme',
  name: 'small',
  prs: 8,
  overrides: { 3: { files: 130, commits: 3, reviews: 2, reviewComments: 120, comments: 2 } },
} satisfies RepositoryOptions;

/** Small chunks, so that there are several. */
const INPUTS = { chunkSize: 5 };
/** Runs after which a backfill that does not end is given up. */
const MAX_RUNS = 4;

export interface SweepCase {
  readonly name: string;
  readonly faults: FaultScript;
  /** A new one for every case: it counts. */
  readonly interceptor?: () => StoreInterceptor;
  /** The one request that meets the fault, from 1, and the fault. */
  readonly at?: { readonly position: number; readonly type: FaultType };
  /** The faults change what is captured: who the authors are. */
  readonly changesAuthors?: boolean;
}

export interface SweepOutcome {
  readonly name: string;
  readonly at?: SweepCase['at'];
  /** What is wrong; empty when the case is as promised. */
  readonly problems: readonly string[];
  /** The exit code of every run. */
  readonly exits: readonly number[];
  readonly first: RunReport;
}

export interface Baseline {
  readonly content: CapturedContent;
  /** The GraphQL document, or `REST`, of each request of an uninterrupted run. */
  readonly requests: readonly string[];
  /** The procedure of each call of an uninterrupted run. */
  readonly calls: readonly string[];
}

export function startSweepRig(): Promise<BackfillRig> {
  return startBackfillRig({ repositories: [SWEPT_REPOSITORY] });
}

/** An uninterrupted run, which everything else is compared with. @throws Error when even that is not right. */
export async function baselineOf(rig: BackfillRig): Promise<Baseline> {
  await begin(rig, []);
  const report = await rig.run({ inputs: INPUTS });
  const differences = await differencesFromTruth(rig.query, rig.sandbox.repository('acme/small'));
  if (report.exitCode !== 0 || differences.length > 0) {
    throw new Error(
      `the uninterrupted run ended with ${report.exitCode}: ${report.failure?.message}\n${JSON.stringify(differences.slice(0, 3))}`,
    );
  }
  return {
    content: await capturedContent(rig.query),
    requests: report.requests.map(({ name }) => name),
    calls: [...report.calls],
  };
}

async function begin(rig: BackfillRig, faults: FaultScript): Promise<void> {
  await rig.reset();
  rig.sandbox.faults.replace(faults);
  rig.sandbox.tokens.configure('ghp_rig', {});
}

/**
 * Runs a backfill under faults until it is complete. Promised of every run is: the content of an uninterrupted one; or exit
 * 68 and a gap with its reason for all that is not there, after which `recover` and another run complete it; or a typed
 * error (exit 1, 4 or 75), after which the next run goes on. Never `completed` with a gap, nothing captured is lost between
 * runs, and no request is sent while limited. Faults last for the first run only.
 */
export async function sweep(rig: BackfillRig, baseline: Baseline, one: SweepCase): Promise<SweepOutcome> {
  await begin(rig, one.faults);
  const problems: string[] = [];
  const exits: number[] = [];
  let first: RunReport | undefined;
  let captured = 0;
  for (let run = 1; ; run += 1) {
    const intercept = run === 1 ? one.interceptor?.() : undefined;
    const report = await rig.run({ inputs: INPUTS, ...(intercept ? { intercept } : {}) });
    first ??= report;
    exits.push(report.exitCode);
    problems.push(...misbehaviour(report));
    const stored = await storedRows(rig);
    if (stored < captured) problems.push(`run ${run} left ${stored} of ${captured} rows`);
    captured = stored;
    if (report.result?.outcome === 'completed') {
      problems.push(...(await contentProblems(rig, baseline, one)));
      break;
    }
    if (problems.length > 0) break;
    if (report.result?.outcome === 'completed_with_gaps') {
      problems.push(...(await unlistedGaps(rig, report.result.gaps)));
      // What stood in the way is gone, and the operator says so.
      await rig.query('select backfill_recover(id, true) from progressive_backfill_state');
    }
    if (run === MAX_RUNS) {
      problems.push(`not complete after ${run} runs: ${report.failure?.code ?? JSON.stringify(report.result?.gaps)}`);
      break;
    }
    rig.sandbox.faults.replace([]);
    rig.sandbox.tokens.configure('ghp_rig', {});
    if (report.resumeAfter !== undefined) rig.clock.advance(Math.max(0, report.resumeAfter - rig.clock.now()) + 1_000);
  }
  const { limitedViolations } = rig.sandbox.counters();
  if (limitedViolations > 0) problems.push(`${limitedViolations} requests while limited`);
  return { name: one.name, ...(one.at ? { at: one.at } : {}), problems, exits, first };
}

/** What no run may do, whatever happens to it. */
function misbehaviour(report: RunReport): readonly string[] {
  const { exitCode, result, failure } = report;
  if (failure) {
    const typed = failure.code !== 'bug' && [1, 4, 75].includes(exitCode);
    return typed ? [] : [`an untyped failure (exit ${exitCode}): ${failure.message}`];
  }
  switch (result?.outcome) {
    case 'completed':
      return exitCode === 0 && result.gaps.length === 0
        ? []
        : [`completed with exit ${exitCode} and ${result.gaps.length} gaps`];
    case 'completed_with_gaps':
      return exitCode === 68 && result.gaps.length > 0 && result.gaps.every(isTyped)
        ? []
        : [`gaps that are not told: exit ${exitCode}, ${JSON.stringify(result.gaps)}`];
    case 'paused':
      return exitCode === 75 && report.resumeAfter !== undefined ? [] : [`paused with exit ${exitCode}`];
    default:
      return [`ended as ${result?.outcome} with exit ${exitCode}`];
  }
}

function isTyped({ expected, captured, reason }: Gap): boolean {
  return (expected === null || Number.isInteger(expected)) && Number.isInteger(captured) && reason !== undefined;
}

/** Pull requests that are not wholly there although no gap names them. */
async function unlistedGaps(rig: BackfillRig, gaps: readonly Gap[]): Promise<readonly string[]> {
  const listed = new Set(gaps.map(({ number }) => number));
  const differences = await differencesFromTruth(rig.query, rig.sandbox.repository('acme/small'));
  const unlisted = new Set(differences.map(({ number }) => number).filter((number) => !listed.has(number)));
  return [...unlisted].map((number) => `#${number} is incomplete and no gap says so`);
}

async function contentProblems(rig: BackfillRig, baseline: Baseline, one: SweepCase): Promise<readonly string[]> {
  const content = await capturedContent(rig.query);
  const tables = Object.keys(baseline.content).filter((table) => !(one.changesAuthors && table === 'contributors'));
  return tables.flatMap((table) => {
    const [expected, found] = [baseline.content[table], content[table]];
    const same = one.changesAuthors ? expected?.rows === found?.rows : isDeepStrictEqual(expected, found);
    return same ? [] : [`${table}: ${found?.rows} rows, ${expected?.rows} expected, or other content`];
  });
}

async function storedRows(rig: BackfillRig): Promise<number> {
  const [row] = await rig.query(
    'select (select count(*) from pull_requests) + (select count(*) from pull_request_files) + (select count(*) from comments) as n',
  );
  return Number(row?.['n']);
}

/** Faults of GraphQL's answers: GitHub's REST API has neither the nodes nor this way to say that a budget is spent. */
const OF_GRAPHQL: ReadonlySet<FaultType> = new Set([
  'errors-200',
  'partial',
  'null-nodes',
  'null-children',
  'resource-limits',
  'primary-200',
  'ghost-authors',
]);
/** Beside `maxPageSize`, which is a rule of its own, those of writing requests, which a backfill never sends. */
const NOT_POSITIONAL = /^maxPageSize$|-after$/;

/** Every fault that can befall one request of this kind of a backfill. */
export function faultsOf(request: string): readonly FaultType[] {
  return FAULT_TYPES.filter((type) => !NOT_POSITIONAL.test(type) && !(request === 'REST' && OF_GRAPHQL.has(type)));
}

/** One fault at one request, counted from 1. */
export function faultAt(type: FaultType, position: number, request: string): SweepCase {
  return {
    name: `${type} at request ${position} (${request})`,
    at: { position, type },
    faults: [{ match: { nth: position }, fault: { type } }],
    changesAuthors: type === 'ghost-authors',
  };
}

/** From one request on nothing else is answered, until the run has ended. */
export function outageFrom(type: FaultType, position: number, request: string): SweepCase {
  return {
    name: `${type} from request ${position} on (${request})`,
    faults: [{ match: { from: position }, fault: { type } }],
    changesAuthors: type === 'ghost-authors',
  };
}

/** Runs the cases on several rigs at once: each waits for its database half of the time. */
export async function sweepAll(
  rigs: readonly BackfillRig[],
  baseline: Baseline,
  cases: readonly SweepCase[],
): Promise<readonly SweepOutcome[]> {
  const waiting = [...cases];
  const outcomes: SweepOutcome[] = [];
  await Promise.all(
    rigs.map(async (rig) => {
      for (let next = waiting.shift(); next; next = waiting.shift()) outcomes.push(await sweep(rig, baseline, next));
    }),
  );
  return outcomes;
}

/** How many cases ended how, in one line: `180 completed, 12 after 2 runs, 3 with gaps`. */
export function summaryOf(outcomes: readonly SweepOutcome[]): string {
  const tally = new Map<string, number>();
  for (const { exits } of outcomes) {
    const end = exits.join(' then ');
    tally.set(end, (tally.get(end) ?? 0) + 1);
  }
  const ends = [...tally].toSorted(([, one], [, other]) => other - one).map(([end, count]) => `${count}× exit ${end}`);
  return `${outcomes.length} cases, ${outcomes.reduce((runs, { exits }) => runs + exits.length, 0)} runs: ${ends.join(', ')}`;
}

/** The cases that are not as promised, in words. */
export function problemsOf(outcomes: readonly SweepOutcome[]): readonly string[] {
  return outcomes.filter(({ problems }) => problems.length > 0).map(({ name, problems }) => `${name}: ${problems}`);
}
