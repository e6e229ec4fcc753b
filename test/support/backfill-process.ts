import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { openEmbeddedDatabase } from '../../src/lib/store/embedded/embedded-database.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Query } from './captured-content.ts';
import { cleanEnvironment, PROJECT_ROOT } from './cli.ts';

/** In the format of a GitHub token; searched for where it must not be. */
export const GITHUB_TOKEN = 'ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8';

export interface CommandEnd {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
}

/** The built command line at work as a process of its own. */
export interface RunningCommand {
  readonly pid: number;
  /** What it has written to stderr so far. */
  readonly stderr: () => string;
  /** Resolves when stdout or stderr matches, true, or when the process has ended without, false. */
  said(words: RegExp): Promise<boolean>;
  kill(signal: NodeJS.Signals): void;
  ended(): Promise<CommandEnd>;
}

/** A folder in which commands run against a simulated GitHub, with a store of their own. */
export interface Workplace {
  readonly path: string;
  readonly storeDirectory: string;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): RunningCommand;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CommandEnd>;
  /** Reads the embedded database past every lock: for when no command runs. */
  withDatabase<T>(use: (query: Query) => Promise<T>): Promise<T>;
  /** Ends what still runs and removes the folder. */
  remove(): Promise<void>;
}

export async function createWorkplace(
  sandbox: Sandbox,
  settings: Readonly<Record<string, string>> = {},
): Promise<Workplace> {
  const path = await mkdtemp(join(tmpdir(), 'capture-cli-backfill-'));
  const storeDirectory = join(path, 'store');
  const running = new Set<RunningCommand>();
  const env = {
    ...cleanEnvironment(path),
    GITHUB_TOKEN,
    GITHUB_API_URL: sandbox.apiUrl,
    GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
    DEADZONE_STORE_DIRECTORY: storeDirectory,
    ...settings,
  };
  const start = (args: readonly string[], more: Readonly<Record<string, string>> = {}): RunningCommand => {
    const command = startCommand(args, { cwd: path, env: { ...env, ...more } });
    running.add(command);
    void command.ended().finally(() => running.delete(command));
    return command;
  };
  return {
    path,
    storeDirectory,
    start,
    run: (args, more) => start(args, more).ended(),
    withDatabase: async (use) => {
      const database = await openEmbeddedDatabase(join(storeDirectory, 'data'));
      try {
        return await use((sql) => database.session.query(sql, []));
      } finally {
        await database.close();
      }
    },
    remove: async () => {
      for (const command of running) command.kill('SIGKILL');
      await Promise.all([...running].map((command) => command.ended()));
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Starts the built command line in a folder, with that environment and no other. */
export function startCommand(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): RunningCommand {
  const startedAt = performance.now();
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    process.execPath,
    [join(PROJECT_ROOT, 'bin', 'run.js'), ...args],
    { ...options, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const end = once(child, 'close').then(
    ([code, signal]): CommandEnd => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout,
      stderr,
      elapsedMs: performance.now() - startedAt,
    }),
  );
  return {
    pid: child.pid ?? -1,
    stderr: () => stderr,
    said: (words) =>
      new Promise((resolve) => {
        const look = () => {
          if (!words.test(stdout) && !words.test(stderr)) return;
          child.stdout.off('data', look);
          child.stderr.off('data', look);
          resolve(true);
        };
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        look();
        void end.then(() => resolve(words.test(stdout) || words.test(stderr)));
      }),
    kill: (signal) => child.kill(signal),
    ended: () => end,
  };
}
