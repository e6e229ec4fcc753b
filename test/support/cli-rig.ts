import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { RepositoryOptions } from '../sandbox/history/repository.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts';
import type { Query } from './captured-content.ts';
import { type CliOptions, type CliResult, cleanEnvironment, PROJECT_ROOT, runCli } from './cli.ts';
import { type HostedPostgres, startHostedPostgres } from './hosted-postgres.ts';

export const GITHUB_TOKEN = 'ghp_B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9';

/** The built command line, a simulated GitHub and a hosted database that can be asked past the API. */
export interface CliRig {
  readonly sandbox: Sandbox;
  readonly database: HostedPostgres;
  readonly query: Query;
  /** What a process needs to reach both. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs the command line against both. */
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** Starts the command line against both, as `run` does, without waiting for its end. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): RunningCli;
  /** Adds a repository to the sandbox. */
  repository(options: RepositoryOptions): ReturnType<Sandbox['repository']>;
  close(): Promise<void>;
}

/** A command line that is at work. */
export interface RunningCli {
  readonly pid: number;
  /** Resolves when it has said that on stdout or stderr. Rejects when it ends without it. */
  heard(words: string): Promise<void>;
  readonly ended: Promise<CliResult>;
}

/** The variables that lead a process to a sandbox. */
export function githubEnvironment(sandbox: Pick<Sandbox, 'apiUrl' | 'graphqlUrl'>): Record<string, string> {
  return { GITHUB_API_URL: sandbox.apiUrl, GITHUB_GRAPHQL_URL: sandbox.graphqlUrl, GITHUB_TOKEN };
}

export async function startCliRig(options: SandboxOptions = {}): Promise<CliRig> {
  const [sandbox, database] = await Promise.all([startSandbox(options), startHostedPostgres()]);
  const env = {
    ...githubEnvironment(sandbox),
    SUPABASE_URL: database.url,
    SUPABASE_SERVICE_KEY: database.serviceKey,
  };
  return {
    sandbox,
    database,
    env,
    query: (sql) => database.sql.unsafe(sql),
    run: (args, given = {}) => runCli(args, { timeout: 60_000, ...given, env: { ...env, ...given.env } }),
    start: (args, more = {}) => startCli(args, { ...env, ...more }),
    repository: (repository) => {
      sandbox.mutate({ kind: 'create', options: repository });
      return sandbox.repository(`${repository.owner}/${repository.name}`);
    },
    close: async () => {
      await sandbox.close();
      await database.close();
    },
  };
}

/** Starts the built command line without waiting for its end; its home, and its folder unless told, is a temporary one. */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>>, cwd?: string): RunningCli {
  const home = mkdtempSync(join(tmpdir(), 'capture-cli-home-'));
  const child = execa(process.execPath, [join(PROJECT_ROOT, 'bin', 'run.js'), ...args], {
    cwd: cwd ?? home,
    env: { ...cleanEnvironment(home), ...env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    timeout: 60_000,
  });
  let said = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      said += part.toString();
      for (const listener of listeners) listener();
    });
  }
  const ended = child.then(({ exitCode, stdout, stderr }) => {
    rmSync(home, { recursive: true, force: true });
    return { exitCode, stdout, stderr };
  });
  return {
    pid: child.pid ?? 0,
    ended,
    heard: (words) =>
      new Promise((resolve, reject) => {
        const listen = () => {
          if (!said.includes(words)) return;
          listeners.delete(listen);
          resolve();
        };
        listeners.add(listen);
        listen();
        void ended.then(() => reject(new Error(`it ended without saying ${words}:\n${said}`)));
      }),
  };
}
