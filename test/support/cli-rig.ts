import type { RepositoryOptions } from '../sandbox/history/repository.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts';
import type { Query } from './captured-content.ts';
import { type CliOptions, type CliResult, runCli } from './cli.ts';
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
  /** Adds a repository to the sandbox. */
  repository(options: RepositoryOptions): ReturnType<Sandbox['repository']>;
  close(): Promise<void>;
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
