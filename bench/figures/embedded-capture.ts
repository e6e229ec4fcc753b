import { join } from 'node:path';
import { Repositories } from '../../test/sandbox/history/repositories.ts';
import type { Counters } from '../../test/sandbox/ledger.ts';
import { temporaryDirectory } from '../../test/support/temp.ts';
import { atLeast, atMost, type Figure, holds, median, number, type Section, told } from '../figure.ts';
import { type IdleMemory, measureIdleStore } from '../rig/idle-store.ts';
import { finishedOf, type MeasuredRun, runMeasured } from '../rig/measured-cli.ts';
import { growthPerMinute } from '../rig/process-meter.ts';
import { startSandboxProcess } from '../rig/sandbox-process.ts';
import { reviewsWithComments } from './api-cost.ts';

const STATUS_RUNS = 5;

/** A large repository into the embedded store with zero latency: speed, memory, cost, verification, and status on the result. */
export async function embeddedCapture(pullRequests: number): Promise<Section> {
  const temp = await temporaryDirectory();
  const directory = join(temp.path, 'store');
  const sandbox = await startSandboxProcess(['--repo', 'acme/big', '--prs', String(pullRequests)]);
  try {
    const created = await measureIdleStore(directory);
    const reopened = await measureIdleStore(directory);
    const env = { ...sandbox.env, DEADZONE_STORE_DIRECTORY: directory };
    const sandboxBefore = sandbox.meter.cpuMs;
    const run = await runMeasured(['backfill', 'acme/big', '--jsonl'], { env });
    const sandboxCpuMs = sandbox.meter.cpuMs - sandboxBefore;
    const counters = await sandbox.counters();
    const verify = await runMeasured(['backfill', 'verify', 'acme/big'], { env });
    const status: MeasuredRun[] = [];
    for (let index = 0; index < STATUS_RUNS; index += 1)
      status.push(await runMeasured(['backfill', 'status'], { env }));
    return {
      title: `Embedded store: ${number(pullRequests)} PRs, all kinds, zero latency`,
      figures: [
        ...speed(run, verify, pullRequests),
        ...cost(counters, pullRequests),
        ...memory(run, created, reopened),
        atMost(
          `\`backfill status\` on this store, median of ${STATUS_RUNS}`,
          median(status.map((each) => each.elapsedMs)) / 1_000,
          1.2,
          's',
        ),
      ],
      notes: notes(run, sandboxCpuMs),
    };
  } finally {
    await sandbox.close();
    await temp.remove();
  }
}

function speed(run: MeasuredRun, verify: MeasuredRun, pullRequests: number): readonly Figure[] {
  const { outcome, elapsedMs } = finishedOf(run);
  return [
    atLeast('PRs a minute, start of the process to its end', (pullRequests / run.elapsedMs) * 60_000, 5_000, ''),
    told('capture and audit alone', `${number(elapsedMs / 1_000)} s`),
    holds(
      'verified',
      'completed, `verify` exits 0',
      `${outcome}, exit ${verify.exitCode}`,
      outcome === 'completed' && verify.exitCode === 0,
    ),
  ];
}

function cost(counters: Counters, pullRequests: number): readonly Figure[] {
  const { cost: charged, byKind } = counters;
  const repository = new Repositories().create({ owner: 'acme', name: 'big', prs: pullRequests });
  return [
    atMost(
      'points per 100 PRs, enumeration included, smallest chunk tier',
      ((charged.graphql - byKind.reviews.cost) / pullRequests) * 100,
      5,
      '',
    ),
    atMost(
      'review comments: points and REST requests per 100 reviews that have any',
      ((byKind.reviews.cost + charged.rest) / reviewsWithComments(repository)) * 100,
      1,
      '',
    ),
  ];
}

function memory(run: MeasuredRun, created: IdleMemory, reopened: IdleMemory): readonly Figure[] {
  const { samples, peak } = run.meter;
  const growth = growthPerMinute(samples, 0.1);
  return [
    told(
      'idle open store: just created, at its most while created',
      `${number(created.idle)} MB, ${number(created.peak)} MB`,
    ),
    told('idle open store: reopened', `${number(reopened.idle)} MB`),
    atMost('peak memory above the idle reopened store', peak - reopened.idle, 300, 'MB'),
    told('growth after the first 10 %, of which most is the way to the plateau', `${number(growth)} MB a minute`),
  ];
}

function notes(run: MeasuredRun, sandboxCpuMs: number): readonly string[] {
  const commits = run.events.filter((event) => event.event === 'chunk.committed');
  const sum = (pick: (event: (typeof commits)[number]) => number) =>
    commits.reduce((total, event) => total + pick(event), 0);
  return [
    `Of ${number(run.elapsedMs / 1_000)} s: ${number(sum((event) => event.storeMs) / 1_000)} s waiting for ${number(commits.length)} commits (in the database, in the same thread), ${number(sum((event) => event.fetchMs) / 1_000)} s from a chunk's claim to its last page.`,
    `Processor time: the CLI ${number(run.meter.cpuMs / 1_000)} s, the sandbox ${number(sandboxCpuMs / 1_000)} s; both share this machine's processors.`,
  ];
}
