import { join } from 'node:path';
import { temporaryDirectory } from '../../test/support/temp.ts';
import { type Figure, holds, number, type Section, told } from '../figure.ts';
import { startHostedProcess } from '../rig/hosted-process.ts';
import { finishedOf, type MeasuredRun, runMeasured } from '../rig/measured-cli.ts';
import { growthPerMinute } from '../rig/process-meter.ts';
import { startSandboxProcess } from '../rig/sandbox-process.ts';

const REPOSITORY = 'acme/long';
/** A slope below this is the sawtooth of garbage collection. */
const FLAT_MB_A_MINUTE = 10;

/** Captures that are long enough to tell a leak from what a process takes once: compiled code, the allocator's spare memory. */
export async function longMemory(pullRequests: {
  readonly hosted: number;
  readonly embedded: number;
}): Promise<Section> {
  return {
    title: 'Memory of a long capture',
    figures: [...(await intoHosted(pullRequests.hosted)), ...(await intoEmbedded(pullRequests.embedded))],
    notes: [
      `${number(pullRequests.hosted)} PRs into the hosted store, then ${number(pullRequests.embedded)} into the embedded one, zero latency. By least squares over the resident set, read every 100 ms; flat is what stays within ± ${FLAT_MB_A_MINUTE} MB a minute.`,
      'How many PRs there are in a minute depends on the machine, so the same slope is told per 10,000 PRs. A leak would go on at the same rate over the second half.',
    ],
  };
}

async function intoHosted(pullRequests: number): Promise<readonly Figure[]> {
  const hosted = await startHostedProcess();
  try {
    return figuresOf('hosted', pullRequests, await capture(pullRequests, hosted.env));
  } finally {
    await hosted.close();
  }
}

async function intoEmbedded(pullRequests: number): Promise<readonly Figure[]> {
  const temp = await temporaryDirectory();
  try {
    const store = { DEADZONE_STORE_DIRECTORY: join(temp.path, 'store') };
    return figuresOf('embedded', pullRequests, await capture(pullRequests, store));
  } finally {
    await temp.remove();
  }
}

async function capture(pullRequests: number, store: Readonly<Record<string, string>>): Promise<MeasuredRun> {
  const sandbox = await startSandboxProcess(['--repo', REPOSITORY, '--prs', String(pullRequests)]);
  try {
    const run = await runMeasured(['backfill', REPOSITORY, '--jsonl'], { env: { ...sandbox.env, ...store } });
    const { outcome } = finishedOf(run);
    if (outcome !== 'completed') throw new Error(`the backfill ended as ${outcome}`);
    return run;
  } finally {
    await sandbox.close();
  }
}

function figuresOf(store: string, pullRequests: number, { meter, elapsedMs }: MeasuredRun): readonly Figure[] {
  const growth = growthPerMinute(meter.samples, 0.1);
  const later = growthPerMinute(meter.samples, 0.5);
  const both = (perMinute: number) => {
    const per10000 = (perMinute * elapsedMs) / 60_000 / (pullRequests / 10_000);
    return `${number(perMinute)} MB a minute, ${number(per10000)} MB per 10,000 PRs`;
  };
  return [
    holds(
      `${store}: growth after the first 10 %`,
      '≈ 0 MB a minute',
      both(growth),
      Math.abs(growth) <= FLAT_MB_A_MINUTE,
    ),
    told(`${store}: growth over the second half`, both(later)),
    told(
      `${store}: peak, last, elapsed`,
      `${number(meter.peak)} MB, ${number(meter.samples.at(-1)?.rss ?? 0)} MB, ${number(elapsedMs / 1_000)} s`,
    ),
  ];
}
