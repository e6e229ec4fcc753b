import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { WireJob, WireRun, WireStep } from '../../../src/lib/actions/runs/wire.ts';
import { type ScriptedServer, type SeenRequest, startScriptedServer } from '../github/scripted-server.ts';
import type { VirtualClock } from '../github/virtual-clock.ts';

/** A job of a simulated run; times are seconds after the run began. */
export interface JobPlan {
  readonly name: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly conclusion?: string;
  readonly steps?: number;
  /** Its log; `undefined` is one short line. */
  readonly log?: string | ((response: ServerResponse) => void);
  /** The log is there only this many seconds after the job's end. */
  readonly logAfter?: number;
}

export interface RunPlan {
  readonly jobs: readonly JobPlan[];
  readonly conclusion?: string;
  readonly endsAt?: number;
  /** Hours by which GitHub's clock is ahead of ours. */
  readonly skewHours?: number;
  /** Answers instead of the simulation where it returns true. `at` is seconds after the run began. */
  readonly fault?: (request: SeenRequest, response: ServerResponse, at: number) => boolean;
  /** Seconds after which there is a second attempt, whose jobs are these. */
  readonly rerun?: { readonly at: number; readonly jobs: readonly JobPlan[]; readonly conclusion: string };
}

export const RUN_ID = 30_433_642;

export interface SimulatedRun {
  readonly server: ScriptedServer;
  /** Requests that were answered with something else than 304. */
  counted(): number;
  /** When GitHub's `completed` was first seen by the client, in seconds after the run began. */
  endSeenAt(): number | undefined;
}

/** GitHub's Actions API for one run that proceeds by the clock: conditional requests, pages, logs behind a redirect. */
export async function simulateRun(clock: VirtualClock, plan: RunPlan): Promise<SimulatedRun> {
  const beganAt = clock.now();
  const skewMs = (plan.skewHours ?? 0) * 3_600_000;
  let counted = 0;
  let endSeenAt: number | undefined;
  let remaining = 5_000;
  const storage = await startScriptedServer((request, response) => {
    if (request.headers.authorization) {
      response.writeHead(400).end('a token was sent to the storage');
      return;
    }
    const log = jobsAt(plan, Number.POSITIVE_INFINITY).find(({ id }) => request.url === `/logs/${id}`)?.plan.log;
    if (typeof log === 'function') log(response);
    else response.writeHead(200, { 'content-type': 'text/plain' }).end(log ?? '2026-11-21T14:00:00.0000000Z hello\n');
  });
  const server = await startScriptedServer((request, response) => {
    const at = (clock.now() - beganAt) / 1_000;
    const stamp = (seconds: number) => new Date(beganAt + skewMs + seconds * 1_000).toISOString();
    if (plan.fault?.(request, response, at)) return;
    const url = new URL(request.url, 'http://localhost');
    const shown = jobsAt(plan, at);
    const answer = (body: unknown) => {
      const text = JSON.stringify(body);
      const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 20)}"`;
      const fresh = request.headers['if-none-match'] !== etag;
      if (fresh) {
        counted += 1;
        remaining -= 1;
      }
      response.writeHead(fresh ? 200 : 304, {
        'content-type': 'application/json; charset=utf-8',
        etag,
        date: new Date(clock.now() + skewMs).toUTCString(),
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-reset': String(Math.floor((clock.now() + skewMs) / 1_000) + 3_600),
        'x-ratelimit-resource': 'core',
      });
      response.end(fresh ? text : undefined);
    };
    if (url.pathname === `/repos/acme/ops/actions/runs/${RUN_ID}`) {
      const run = runAt(plan, at, stamp);
      if (run.status === 'completed') endSeenAt ??= at;
      return answer(run);
    }
    if (url.pathname === `/repos/acme/ops/actions/runs/${RUN_ID}/jobs`) {
      const size = Number(url.searchParams.get('per_page') ?? 30);
      const first = (Number(url.searchParams.get('page') ?? 1) - 1) * size;
      const jobs = shown.map((job) => wireJob(job, at, stamp));
      return answer({ total_count: jobs.length, jobs: jobs.slice(first, first + size) });
    }
    const jobId = /^\/repos\/acme\/ops\/actions\/jobs\/(\d+)\/logs$/.exec(url.pathname)?.[1];
    const job = shown.find(({ id }) => String(id) === jobId);
    counted += 1;
    if (job && at >= job.plan.endsAt + (job.plan.logAfter ?? 0)) {
      response.writeHead(302, { location: `${storage.url}/logs/${job.id}` }).end();
    } else {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}');
    }
  });
  return { server, counted: () => counted, endSeenAt: () => endSeenAt };
}

interface ShownJob {
  readonly id: number;
  readonly attempt: number;
  readonly plan: JobPlan;
}

function jobsAt({ jobs, rerun }: RunPlan, at: number): readonly ShownJob[] {
  const second = rerun && at >= rerun.at;
  const plans = second ? rerun.jobs : jobs;
  return plans.map((plan, index) => ({ id: (second ? 2_000 : 1_000) + index, attempt: second ? 2 : 1, plan }));
}

function runAt({ jobs, conclusion, endsAt, rerun }: RunPlan, at: number, stamp: (at: number) => string): WireRun {
  const second = rerun !== undefined && at >= rerun.at;
  const end = second
    ? Math.max(...rerun.jobs.map((job) => job.endsAt))
    : (endsAt ?? Math.max(...jobs.map((job) => job.endsAt)));
  const ended = at >= end;
  return {
    id: RUN_ID,
    name: 'Progressive backfill',
    display_title: 'Backfill acme/big r1',
    path: '.github/workflows/progressive-backfill.yml',
    event: 'workflow_dispatch',
    head_branch: 'main',
    head_sha: 'a'.repeat(40),
    status: ended ? 'completed' : 'in_progress',
    conclusion: ended ? ((second ? rerun.conclusion : conclusion) ?? 'success') : null,
    run_attempt: second ? 2 : 1,
    run_number: 1,
    html_url: `https://github.com/acme/ops/actions/runs/${RUN_ID}`,
    created_at: stamp(0),
    updated_at: stamp(ended ? end : second ? rerun.at : 0),
    run_started_at: stamp(second ? rerun.at : 0),
  };
}

function wireJob({ id, attempt, plan }: ShownJob, at: number, stamp: (at: number) => string): WireJob {
  const { name, startsAt, endsAt, conclusion = 'success', steps: count = 5 } = plan;
  const status = at >= endsAt ? 'completed' : at >= startsAt ? 'in_progress' : 'queued';
  const length = (endsAt - startsAt) / count;
  const steps = Array.from({ length: conclusion === 'skipped' ? 0 : count }, (_, index): WireStep => {
    const from = startsAt + index * length;
    const done = at >= from + length;
    const last = index === count - 1;
    return {
      name: `Step ${index + 1}`,
      number: index + 1,
      status: done ? 'completed' : at >= from ? 'in_progress' : 'queued',
      conclusion: done ? (last ? conclusion : 'success') : null,
      started_at: at >= from ? stamp(from) : null,
      completed_at: done ? stamp(from + length) : null,
    };
  });
  return {
    id,
    run_id: RUN_ID,
    run_attempt: attempt,
    name,
    status,
    conclusion: status === 'completed' ? conclusion : null,
    started_at: stamp(Math.min(at, startsAt)),
    completed_at: status === 'completed' ? stamp(endsAt) : null,
    html_url: `https://github.com/acme/ops/actions/runs/${RUN_ID}/job/${id}`,
    runner_name: status === 'queued' ? null : 'runner-1',
    steps: status === 'queued' ? [] : steps,
  };
}
