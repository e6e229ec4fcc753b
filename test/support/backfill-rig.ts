import { join } from 'node:path';
import { failureOf } from '../../src/cli/failure.ts';
import { backfill } from '../../src/lib/backfill/backfill.ts';
import type { BackfillInputs, BackfillResult } from '../../src/lib/backfill/inputs.ts';
import { childKinds } from '../../src/lib/backfill/kinds.ts';
import { exitCodeOf } from '../../src/lib/backfill/verdict.ts';
import { EXIT, type ExitCode } from '../../src/lib/exit-codes.ts';
import { createGitHubClient } from '../../src/lib/github/github-client.ts';
import { RateLimitPause } from '../../src/lib/github/refusals.ts';
import type { ProgressEvent } from '../../src/lib/progress/events.ts';
import { createBackfillStore } from '../../src/lib/store/procedures.ts';
import { openStore } from '../../src/lib/store/store.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts';
import type { Query } from './captured-content.ts';
import { PROJECT_ROOT } from './cli.ts';
import { startHostedPostgres } from './hosted-postgres.ts';
import { IdleClock } from './idle-clock.ts';
import { wholeResponse } from './whole-response.ts';

/** Stands between the store's client and the database: answers for one call of a procedure, or sends it on. */
export type StoreInterceptor = (procedure: string, send: () => Promise<Response>) => Promise<Response>;

export interface SentRequest {
  /** The name of the GraphQL document, or `REST`. */
  readonly name: string;
  /** How much it asked for: pull requests, reviews, or nodes of inner connections. */
  readonly asked: number;
}

/** How one run of a backfill ended, as its command would tell it. */
export interface RunReport {
  readonly exitCode: ExitCode;
  /** Absent when the run threw. */
  readonly result?: BackfillResult;
  /** The failure's code; `bug` when it is none that the operator could act on. */
  readonly failure?: { readonly code: string; readonly message: string };
  /** When a rate limit ends, milliseconds since the epoch. */
  readonly resumeAfter?: number;
  readonly events: readonly ProgressEvent[];
  /** In the order in which they were sent. */
  readonly requests: readonly SentRequest[];
  /** The names of the procedures that were called, resent calls included. */
  readonly calls: readonly string[];
}

export interface BackfillRig {
  readonly sandbox: Sandbox;
  readonly clock: IdleClock;
  readonly query: Query;
  /** Runs the backfill of the first repository; time that is only waited for takes none. */
  run(options?: {
    readonly inputs?: Partial<BackfillInputs>;
    readonly intercept?: StoreInterceptor;
  }): Promise<RunReport>;
  /** Empties the database and the sandbox's ledger; its faults count anew. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Long enough that a busy machine answers in time, short enough that many hung responses can be sat out. */
const REQUEST_TIMEOUT_MS = 400;
/** What `--on-limit pause` still waits for. */
const SHORT_WAIT_MS = 150_000;
/** The sandbox's own delays are real, but shorter by this. */
const SANDBOX_HASTE = 100;

/** The engine of the backfill in this process, between a simulated GitHub and a real PostgreSQL behind the hosted API. */
export async function startBackfillRig(
  options: SandboxOptions & {
    readonly repositories: readonly [{ readonly owner: string; readonly name: string }, ...unknown[]];
  },
): Promise<BackfillRig> {
  const clock = new IdleClock(Date.now());
  const sandbox = await startSandbox({
    ...options,
    clock: { now: () => clock.now(), sleep: (ms, signal) => realSleep(ms / SANDBOX_HASTE, signal) },
  });
  const hosted = await startHostedPostgres();
  let intercept: StoreInterceptor = (_, send) => send();
  let calls: string[] = [];
  const store = await openStore({
    url: hosted.url,
    serviceKey: hosted.serviceKey,
    directory: join(PROJECT_ROOT, 'no-such-store'),
    migrationsDirectory: join(PROJECT_ROOT, 'supabase', 'migrations'),
    clock,
    fetch: (input, init) =>
      clock.during(() => {
        const procedure = new URL(String(input)).pathname.split('/').at(-1) ?? '';
        calls.push(procedure);
        return intercept(procedure, () => fetch(input, init));
      }),
  });
  const repository = options.repositories[0];
  let runs = 0;

  const run: BackfillRig['run'] = async (choice = {}) => {
    intercept = choice.intercept ?? ((_, send) => send());
    calls = [];
    runs += 1;
    const worker = `rig:1:run-${runs}`;
    const requests: SentRequest[] = [];
    const events: ProgressEvent[] = [];
    const ended = (end: Pick<RunReport, 'exitCode' | 'result' | 'failure' | 'resumeAfter'>): RunReport => ({
      ...end,
      events,
      requests,
      calls,
    });
    const generator = backfill(
      {
        connectGitHub: (observer) =>
          createGitHubClient({
            token: 'ghp_rig',
            apiUrl: sandbox.apiUrl,
            graphqlUrl: sandbox.graphqlUrl,
            clock,
            observer,
            fetch: (input, init) => {
              requests.push(sentRequest(init?.body));
              return clock.during(() => wholeResponse(input, init));
            },
            reserve: { kind: 'percent', value: 10 },
            maxWaitMs: choice.inputs?.maxWaitMs ?? SHORT_WAIT_MS,
            requestTimeoutMs: REQUEST_TIMEOUT_MS,
            userAgent: 'rig',
            random: () => 0.5,
          }),
        store: createBackfillStore(store.client),
        storeKind: 'hosted',
        clock,
        signal: new AbortController().signal,
        worker,
        // As on one machine: whoever held a lease before this run is gone.
        deadWorkers: (owners) => owners.filter((owner) => owner !== worker),
      },
      {
        repository: { owner: repository.owner, name: repository.name },
        kinds: childKinds(undefined),
        chunkSize: 10,
        fresh: false,
        liftPause: false,
        leaseMs: 90_000,
        maxWaitMs: SHORT_WAIT_MS,
        ...choice.inputs,
      },
    );
    try {
      for (;;) {
        const next = await generator.next();
        if (next.done) {
          const result = next.value;
          return ended({
            exitCode: exitCodeOf(result),
            result,
            ...(result.resumeAfter === undefined ? {} : { resumeAfter: result.resumeAfter }),
          });
        }
        events.push(next.value);
      }
    } catch (thrown) {
      const failure = failureOf(thrown, { invocation: 'capture-cli backfill', flags: [] });
      const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      return ended({
        exitCode: failure?.exitCode ?? EXIT.failed,
        failure: { code: failure?.code ?? 'bug', message },
        ...(thrown instanceof RateLimitPause ? { resumeAfter: thrown.resumeAfter } : {}),
      });
    }
  };

  return {
    sandbox,
    clock,
    query: (sql) => hosted.sql.unsafe(sql),
    run,
    reset: async () => {
      await hosted.reset();
      sandbox.reset();
    },
    close: async () => {
      await store.close();
      await Promise.all([sandbox.close(), hosted.close()]);
    },
  };
}

function sentRequest(body: unknown): SentRequest {
  if (typeof body !== 'string') return { name: 'REST', asked: 1 };
  const { query, variables } = JSON.parse(body) as {
    readonly query: string;
    readonly variables: Readonly<Record<string, unknown>>;
  };
  const name = /query (\w+)/.exec(query)?.[1] ?? 'unnamed';
  const lengthOf = (value: unknown) => (Array.isArray(value) ? value.length : 0);
  switch (name) {
    case 'Hydrate':
      return { name, asked: lengthOf(variables['ids']) };
    case 'ReviewComments':
      return { name, asked: lengthOf(variables['first']) + lengthOf(variables['second']) };
    case 'Continue': {
      const pages = [...query.matchAll(/c\d+: node\(.*?first: (\d+)/g)];
      return { name, asked: pages.reduce((nodes, [, first]) => nodes + Number(first), 0) };
    }
    default:
      return { name, asked: typeof variables['first'] === 'number' ? variables['first'] : 1 };
  }
}
function realSleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
