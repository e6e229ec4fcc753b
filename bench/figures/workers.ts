import { loadavg } from 'node:os';
import { atLeast, holds, number, type Section, told } from '../figure.ts';
import { type HostedProcess, startHostedProcess } from '../rig/hosted-process.ts';
import { finishedOf, type MeasuredRun, runMeasured } from '../rig/measured-cli.ts';
import { type SandboxProcess, startSandboxProcess } from '../rig/sandbox-process.ts';

const REPOSITORY = 'acme/shared';
const WORKERS = 4;

export interface WorkersOptions {
  readonly pullRequests: number;
  /** Scales GitHub's response times. */
  readonly latencyFactor: number;
}

interface Team {
  readonly runs: readonly MeasuredRun[];
  /** From the start of the first process to the end of the last, milliseconds. */
  readonly elapsedMs: number;
}

/** Several workers on one repository and one hosted database: each with a token of its own, then all with the same. */
export async function severalWorkers({ pullRequests, latencyFactor }: WorkersOptions): Promise<Section> {
  const hosted = await startHostedProcess();
  try {
    const ownTokens = await withOwnTokens(hosted, pullRequests, latencyFactor);
    const oneToken = await withOneToken(hosted);
    return {
      title: `${WORKERS} workers on one repository, one hosted database`,
      figures: [...ownTokens.figures, ...oneToken.figures],
      notes: [...ownTokens.notes, ...oneToken.notes],
    };
  } finally {
    await hosted.close();
  }
}

type Part = Pick<Section, 'figures' | 'notes'>;

async function withOwnTokens(hosted: HostedProcess, pullRequests: number, latencyFactor: number): Promise<Part> {
  const sandbox = await startSandboxProcess([
    ...['--repo', REPOSITORY, '--prs', String(pullRequests)],
    ...['--latency', 'github', '--latency-factor', String(latencyFactor)],
  ]);
  try {
    const tokens = Array.from({ length: WORKERS }, (_, index) => `ghp_bench_worker_${index + 1}`);
    const load = [loadavg()[0] ?? 0];
    const alone = await work(sandbox, hosted, tokens.slice(0, 1));
    load.push(loadavg()[0] ?? 0);
    const together = await work(sandbox, hosted, tokens);
    load.push(loadavg()[0] ?? 0);
    const throughput = ({ elapsedMs }: Team) => `${number((pullRequests / elapsedMs) * 60_000)} PRs a minute`;
    const chunks = together.runs.map(({ events }) => events.filter(({ event }) => event === 'chunk.committed').length);
    return {
      figures: [
        atLeast(
          `throughput of ${WORKERS} workers with ${WORKERS} tokens over that of one`,
          alone.elapsedMs / together.elapsedMs,
          3.5,
          '×',
        ),
        told('one worker', throughput(alone)),
        told(`${WORKERS} workers`, throughput(together)),
      ],
      notes: [
        `${number(pullRequests)} PRs, response times of GitHub × ${latencyFactor}: short enough for a bench, long enough that this machine's processors do not decide. The chunks are planned before, as the workflow does; measured is from the start of the first worker process to the end of the last, the comparison with GitHub included: ${number(alone.elapsedMs / 1_000)} s and ${number(together.elapsedMs / 1_000)} s.`,
        `Chunks that each of the ${WORKERS} stored: ${chunks.join(', ')}. Processor time of one worker alone ${number(cpuSeconds(alone))} s, of the ${WORKERS} together ${number(cpuSeconds(together))} s. Load average of the machine before, between and after: ${load.map(number).join(', ')}; the ratio says something only where the processors are idle most of the time.`,
      ],
    };
  } finally {
    await sandbox.close();
  }
}

/** Points a window, and how many pull requests cost several windows of them. */
const SHARED = { limit: 60, windowMs: 5_000, pullRequests: 500, chunkSize: 5 } as const;

async function withOneToken(hosted: HostedProcess): Promise<Part> {
  const { limit, windowMs, pullRequests, chunkSize } = SHARED;
  const sandbox = await startSandboxProcess([
    ...['--repo', REPOSITORY, '--prs', String(pullRequests), '--latency', 'github', '--latency-factor', '0.02'],
    ...['--limit', String(limit), '--window-ms', String(windowMs)],
  ]);
  try {
    const tokens = Array.from({ length: WORKERS }, () => 'ghp_bench_shared');
    const { runs } = await work(sandbox, hosted, tokens, ['--on-limit', 'wait', '--chunk-size', String(chunkSize)]);
    const { cost, limitRefusals, limitedViolations } = await sandbox.counters();
    const remaining = runs.flatMap(({ events }) =>
      events.flatMap((event) =>
        event.event === 'budget.updated' && event.resource === 'graphql' ? [event.remaining] : [],
      ),
    );
    const used = limit - Math.min(...remaining);
    return {
      figures: [
        holds('one shared token: requests refused for limits', '0', number(limitRefusals), limitRefusals === 0),
        holds('one shared token: requests sent while limited', '0', number(limitedViolations), limitedViolations === 0),
        holds(
          'one shared token: most points used of a window',
          `< ${limit}`,
          number(used),
          used < limit && cost.graphql > limit,
        ),
      ],
      notes: [
        `The shared token may spend ${limit} points in ${windowMs / 1_000} s, of which the workers leave a tenth to others; ${number(pullRequests)} PRs in chunks of ${chunkSize} cost ${number(cost.graphql)} points. Refused and sent while limited by the simulated GitHub's own count.`,
      ],
    };
  } finally {
    await sandbox.close();
  }
}

/** Plans the chunks in an empty database, then lets a worker for each token capture them. @throws Error unless all of it was captured. */
async function work(
  sandbox: SandboxProcess,
  hosted: HostedProcess,
  tokens: readonly string[],
  flags: readonly string[] = [],
): Promise<Team> {
  await Promise.all([hosted.reset(), sandbox.reset()]);
  const env = { ...sandbox.env, ...hosted.env };
  const [first = ''] = tokens;
  const plan = await runMeasured(['backfill', 'plan', REPOSITORY, ...flags], { env: { ...env, GITHUB_TOKEN: first } });
  if (plan.exitCode !== 0) throw new Error(`the chunks were not planned:\n${plan.stderr}`);
  const startedAt = performance.now();
  const runs = await Promise.all(
    tokens.map((token) =>
      runMeasured(['backfill', REPOSITORY, '--jsonl', ...flags], { env: { ...env, GITHUB_TOKEN: token } }),
    ),
  );
  const elapsedMs = performance.now() - startedAt;
  const outcomes = runs.map((run) => finishedOf(run).outcome);
  if (outcomes.some((outcome) => outcome !== 'completed')) throw new Error(`workers ended as ${outcomes.join(', ')}`);
  return { runs, elapsedMs };
}

function cpuSeconds({ runs }: Team): number {
  return runs.reduce((sum, { meter }) => sum + meter.cpuMs, 0) / 1_000;
}
