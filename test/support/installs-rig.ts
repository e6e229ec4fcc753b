import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CountersHost, type Downloads, startCountersHost } from '../sandbox/counters-host.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { type CliResult, runCli } from './cli.ts';
import { githubEnvironment } from './cli-rig.ts';
import { temporaryDirectory } from './temp.ts';

/** The built command line, the hosts that count downloads, a simulated GitHub and a folder with a configuration. */
export interface InstallsRig {
  readonly host: CountersHost;
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs the command line in the folder. A variable that is '' is as good as unset. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CliResult>;
  /** Makes the folder's configuration count this, on these hosts. */
  configure(installs: Readonly<Record<string, unknown>>): Promise<void>;
  write(name: string, content: string): Promise<void>;
  read(name: string): Promise<string>;
  close(): Promise<void>;
}

export async function startInstallsRig(downloads: Partial<Downloads> = {}): Promise<InstallsRig> {
  const [host, sandbox, directory] = await Promise.all([
    startCountersHost(downloads),
    startSandbox(),
    temporaryDirectory(),
  ]);
  const folder = directory.path;
  const env = { ...githubEnvironment(sandbox), ...host.env };
  const write = (name: string, content: string) => writeFile(join(folder, name), content);
  return {
    host,
    sandbox,
    folder,
    env,
    run: (args, more = {}) => runCli(args, { cwd: folder, env: { ...env, ...more }, timeout: 60_000 }),
    configure: (installs) => write('.deadzonerc', JSON.stringify({ installs })),
    write,
    read: (name) => readFile(join(folder, name), 'utf8'),
    close: async () => {
      await Promise.all([host.close(), sandbox.close(), directory.remove()]);
    },
  };
}

const DAY_MS = 86_400_000;

/** The day in UTC that was so many days ago. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}

/** Counts by day, from so many days ago up to yesterday. */
export function lately(...counts: readonly number[]): Record<string, number> {
  return Object.fromEntries(counts.map((count, index) => [daysAgo(counts.length - index), count]));
}
