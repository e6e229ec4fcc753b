import { watchRun } from '../../src/lib/actions/watch/watch.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createGitHubClient } from '../../src/lib/github/github-client.ts';
import type { RunScript } from '../../test/sandbox/actions/run-script.ts';
import { type Sandbox, startSandbox } from '../../test/sandbox/sandbox.ts';
import { IdleClock } from '../../test/support/idle-clock.ts';
import { wholeResponse } from '../../test/support/whole-response.ts';

/** How following one run to its end went, in simulated time. */
export interface Followed {
  /** Requests that GitHub charged: answers of 304 are free. */
  readonly counted: number;
  readonly requests: number;
  /** From the run's end to the moment at which the follower knew, in milliseconds. */
  readonly noticedAfterMs: number;
  /** What the follower waited before the answer that told it, in milliseconds. */
  readonly intervalMs: number;
}

/** A simulated GitHub whose runs are followed on its own clock: it jumps as soon as everybody only waits for it. */
export interface WatchRig {
  /** By the product's watcher: adaptive interval, conditional requests, the log of every job. */
  watch(script: RunScript): Promise<Followed>;
  /** By a plain poller: the run and its jobs at a fixed interval, nothing remembered. */
  poll(script: RunScript, intervalMs: number): Promise<Followed>;
  close(): Promise<void>;
}

const REPOSITORY = { owner: 'acme', name: 'ops' };
const TOKEN = 'ghp_bench';

export async function startWatchRig(): Promise<WatchRig> {
  const clock = new IdleClock(Date.UTC(2026, 0, 5, 12));
  const sandbox = await startSandbox({ repositories: [{ ...REPOSITORY, prs: 0 }], clock });
  const fetchInNoTime: typeof fetch = (input, init) => clock.during(() => wholeResponse(input, init));
  const follow = async (script: RunScript, how: (runId: string, waits: Clock) => Promise<void>): Promise<Followed> => {
    sandbox.reset();
    let lastWait = 0;
    const waits: Clock = {
      now: () => clock.now(),
      sleep: (ms, signal) => {
        lastWait = ms;
        return clock.sleep(ms, signal);
      },
    };
    const runId = sandbox.actions.addRun(`${REPOSITORY.owner}/${REPOSITORY.name}`, script);
    await how(String(runId), waits);
    const { requests, cost } = sandbox.counters();
    return {
      counted: cost.rest,
      requests,
      noticedAfterMs: clock.now() - sandbox.actions.stateOf(runId).updatedAt,
      intervalMs: lastWait,
    };
  };
  return {
    watch: (script) => follow(script, (runId, waits) => watchToTheEnd(sandbox, fetchInNoTime, waits, runId)),
    poll: (script, intervalMs) =>
      follow(script, (runId, waits) => pollToTheEnd(sandbox, fetchInNoTime, waits, runId, intervalMs)),
    close: () => sandbox.close(),
  };
}

async function watchToTheEnd(sandbox: Sandbox, fetch: typeof globalThis.fetch, clock: Clock, runId: string) {
  const watching = watchRun(
    {
      connectGitHub: (observer) =>
        createGitHubClient({
          token: TOKEN,
          apiUrl: sandbox.apiUrl,
          graphqlUrl: sandbox.graphqlUrl,
          clock,
          fetch,
          observer,
          reserve: { kind: 'percent', value: 10 },
          maxWaitMs: 0,
          userAgent: 'capture-cli-bench',
        }),
      fetch,
      clock,
      signal: new AbortController().signal,
      remember: async () => undefined,
    },
    { repository: REPOSITORY, runId, failFast: false, logs: 'all', justDispatched: false },
  );
  for await (const event of watching) {
    if (event.event === 'log.missed') throw new Error(`the log of ${event.name} was missed: ${event.reason}`);
  }
}

async function pollToTheEnd(
  { apiUrl }: Sandbox,
  fetch: typeof globalThis.fetch,
  clock: Clock,
  runId: string,
  intervalMs: number,
) {
  const run = `${apiUrl}/repos/${REPOSITORY.owner}/${REPOSITORY.name}/actions/runs/${runId}`;
  const ask = async (url: string) => (await fetch(url, { headers: { authorization: `token ${TOKEN}` } })).json();
  for (;;) {
    const { status } = (await ask(run)) as { readonly status: string };
    await ask(`${run}/jobs?per_page=100`);
    if (status === 'completed') return;
    await clock.sleep(intervalMs);
  }
}
