import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ProgressEvent } from '../../src/lib/progress/events.ts';
import { cleanEnvironment, PROJECT_ROOT } from '../../test/support/cli.ts';
import { meterProcess, type ProcessMeter } from './process-meter.ts';

/** How a run of the built command line went. */
export interface MeasuredRun {
  readonly exitCode: number | null;
  /** From the start of the process to its end, milliseconds. */
  readonly elapsedMs: number;
  readonly meter: ProcessMeter;
  /** Of a run with `--jsonl`. */
  readonly events: readonly ProgressEvent[];
  readonly stderr: string;
}

export interface MeasuredOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
}

/** A run that takes longer than this hangs. */
const LIMIT_MS = 20 * 60_000;

/** Runs the built command line as a process of its own and meters it. Lines of stdout that are JSON are its events. */
export async function runMeasured(args: readonly string[], options: MeasuredOptions = {}): Promise<MeasuredRun> {
  const home = await mkdtemp(join(tmpdir(), 'capture-cli-bench-'));
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), join(PROJECT_ROOT, 'bin', 'run.js'), ...args], {
    cwd: home,
    env: { ...cleanEnvironment(home), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
  });
  const meter = meterProcess(child.pid ?? 0);
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const events: ProgressEvent[] = [];
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{"')) events.push(JSON.parse(line) as ProgressEvent);
  }
  const exitCode = await exited;
  const elapsedMs = performance.now() - startedAt;
  meter.stop();
  await rm(home, { recursive: true, force: true });
  return { exitCode, elapsedMs, meter, events, stderr };
}

/** The last event of a backfill. @throws Error with what the command said, when there is none. */
export function finishedOf(run: MeasuredRun): Extract<ProgressEvent, { event: 'backfill.finished' }> {
  const last = run.events.at(-1);
  if (last?.event !== 'backfill.finished') throw new Error(`the backfill did not finish:\n${run.stderr}`);
  return last;
}
