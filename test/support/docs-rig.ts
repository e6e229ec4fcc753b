import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Artifact, readArtifact } from '../../src/lib/docs/artifact/read-artifact.ts';
import { type DocsLatency, noDocsLatency } from '../sandbox/docs-host/latency.ts';
import { type DocsHost, startDocsHost } from '../sandbox/docs-host.ts';
import { type RunningCommand, startCommand } from './backfill-process.ts';
import { type CliResult, cleanEnvironment, runCli } from './cli.ts';
import { GITHUB_TOKEN } from './cli-rig.ts';
import { type EmbeddingsServer, startEmbeddingsServer } from './embeddings-server.ts';
import { temporaryDirectory } from './temp.ts';

/** A library of a registry; addresses are paths of the documentation host. */
export interface RigLibrary {
  readonly lib_id: string;
  readonly kind?: string;
  readonly urls: readonly string[];
  readonly ref?: string;
  readonly description?: string;
  readonly versions?: Readonly<Record<string, { readonly ref: string }>>;
}

/** The built command line, a documentation host, an embeddings server and a folder with a registry. */
export interface DocsRig {
  readonly host: DocsHost;
  readonly embeddings: EmbeddingsServer;
  readonly folder: string;
  readonly artifacts: string;
  /** What a process needs to reach both. */
  readonly env: Readonly<Record<string, string>>;
  writeRegistry(libraries: readonly RigLibrary[]): Promise<void>;
  /** In `below`, a folder below its own. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>, below?: string): Promise<CliResult>;
  /** As `run`, without waiting for the end. */
  start(args: readonly string[]): RunningCommand;
  /** The artifact of a slot, read through and checked. */
  artifact(slug: string): Promise<Artifact>;
  close(): Promise<void>;
}

export async function startDocsRig(
  pages: Readonly<Record<string, string>>,
  latency: DocsLatency = noDocsLatency,
): Promise<DocsRig> {
  const [host, embeddings, directory] = await Promise.all([
    startDocsHost({ pages, latency }),
    startEmbeddingsServer(),
    temporaryDirectory(),
  ]);
  const folder = directory.path;
  const running = new Set<RunningCommand>();
  const env = {
    ...embeddings.env,
    DEADZONE_DOCS_ALLOW_PRIVATE_HOSTS: host.host,
    GITHUB_API_URL: host.url,
    GITHUB_TOKEN,
  };
  return {
    host,
    embeddings,
    folder,
    artifacts: join(folder, 'artifacts'),
    env,
    writeRegistry: (libraries) =>
      writeFile(
        join(folder, 'libraries_sources.yaml'),
        stringify({
          libraries: libraries.map(({ kind = 'github-md', urls, ...library }) => ({
            ...library,
            kind,
            urls: urls.map((path) => `${host.url}${path}`),
          })),
        }),
      ),
    run: (args, more = {}, below = '.') =>
      runCli(args, { cwd: join(folder, below), env: { ...env, ...more }, timeout: 60_000 }),
    start: (args) => {
      const command = startCommand(args, { cwd: folder, env: { ...cleanEnvironment(join(folder, 'home')), ...env } });
      running.add(command);
      void command.ended().finally(() => running.delete(command));
      return command;
    },
    artifact: (slug) => readArtifact({ folder: join(folder, 'artifacts', slug), slot: null }),
    close: async () => {
      for (const command of running) command.kill('SIGKILL');
      await Promise.all([...running].map((command) => command.ended()));
      await Promise.all([host.close(), embeddings.close(), directory.remove()]);
    },
  };
}
