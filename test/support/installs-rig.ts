import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallsCache } from '../../src/lib/installs/cache/cache-file.ts';
import type { LedgerEntry } from '../../src/lib/installs/ledger/entry.ts';
import { type CountersHost, type Downloads, startCountersHost } from '../sandbox/counters-host.ts';
import type { SandboxRepository } from '../sandbox/history/repository.ts';
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
  /** Makes a repository of the account `acme`. @param seed another one makes another repository of the same name */
  repository(name: string, seed?: number): SandboxRepository;
  refresh(...flags: readonly string[]): Promise<CliResult>;
  cacheText(): Promise<string>;
  ledgerText(): Promise<string>;
  cache(): Promise<InstallsCache>;
  ledger(): Promise<LedgerEntry[]>;
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
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const cacheText = () => read('installs-cache.json');
  const ledgerText = () => read('installs-cache.ledger.jsonl');
  const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    runCli(args, { cwd: folder, env: { ...env, ...more }, timeout: 60_000 });
  return {
    host,
    sandbox,
    folder,
    env,
    run,
    configure: (installs) => write('.deadzonerc', JSON.stringify({ installs })),
    write,
    read,
    repository: (name, seed = 1) => {
      sandbox.mutate({ kind: 'create', options: { owner: 'acme', name, prs: 0, seed } });
      return sandbox.repository(`acme/${name}`);
    },
    refresh: (...flags) => run(['cache', 'refresh', ...flags]),
    cacheText,
    ledgerText,
    cache: async () => JSON.parse(await cacheText()),
    ledger: async () =>
      (await ledgerText())
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    close: async () => {
      await Promise.all([host.close(), sandbox.close(), directory.remove()]);
    },
  };
}

/** A cache file of the second generation, whose clones of docs end three days ago. */
export function cacheV2(over: Readonly<Record<string, unknown>> = {}): string {
  const clonesByRepo = { docs: { count: 60, lastSeenDay: daysAgo(3) } };
  const counts = { npm: 4000, pypi: 1300, crates: 49, clones: 60, clonesByRepo, releases: 0, releasesByRepo: {} };
  return JSON.stringify({ ...counts, ghPackages: 0, maven: 0, total: 5349, fetchedAt: '', ...over });
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
