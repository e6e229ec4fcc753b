import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_ROOT } from '../../test/support/cli.ts';
import { meterProcess } from './process-meter.ts';

export interface IdleMemory {
  /** Resident set of a process that has the store open and does nothing, in MB. */
  readonly idle: number;
  /** The most that it took on the way there. */
  readonly peak: number;
}

const SETTLE_MS = 2_000;

/** Opens the embedded store of a directory in a process of its own, creating it where there is none, and looks at its memory. */
export async function measureIdleStore(directory: string): Promise<IdleMemory> {
  const child = fork(join(import.meta.dirname, 'idle-store.mjs'), [PROJECT_ROOT, directory]);
  const meter = meterProcess(child.pid ?? 0);
  const gone = once(child, 'exit');
  await once(child, 'message');
  await sleep(SETTLE_MS);
  meter.stop();
  child.send('close');
  await gone;
  return { idle: meter.samples.at(-1)?.rss ?? Number.NaN, peak: meter.peak };
}
