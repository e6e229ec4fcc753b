import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Counters } from '../../test/sandbox/ledger.ts';
import { PROJECT_ROOT } from '../../test/support/cli.ts';
import { meterProcess, type ProcessMeter } from './process-meter.ts';

/** A simulated GitHub in a process of its own, so that the command line is measured alone. */
export interface SandboxProcess {
  /** What leads the command line to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly meter: ProcessMeter;
  counters(): Promise<Counters>;
  /** Whole budgets, counters at zero. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Budgets that no run here uses up: pacing is measured where it is meant to be, not by accident. */
const PLENTY = '100000000';

/** @param args as of `npm run sandbox` */
export async function startSandboxProcess(args: readonly string[]): Promise<SandboxProcess> {
  const child = spawn(
    process.execPath,
    [join(PROJECT_ROOT, 'test', 'sandbox', 'main.ts'), '--limit', PLENTY, '--rest-limit', PLENTY, ...args],
    // The sandbox ends when this pipe does, however this process ends.
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const url = await announcedUrl(child);
  const ask = async (method: string, name: string) => (await fetch(`${url}/_sandbox/${name}`, { method })).json();
  const meter = meterProcess(child.pid ?? 0);
  return {
    env: { GITHUB_API_URL: url, GITHUB_GRAPHQL_URL: `${url}/graphql`, GITHUB_TOKEN: 'ghp_bench' },
    meter,
    counters: async () => (await ask('GET', 'counters')) as Counters,
    reset: async () => {
      await ask('POST', 'reset');
    },
    close: async () => {
      await ended(child);
      meter.stop();
    },
  };
}

async function announcedUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the sandbox has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /GITHUB_API_URL=(\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error('the sandbox did not start');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
