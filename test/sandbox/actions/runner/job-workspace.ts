import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { HostedRepository } from '../hosted-repository.ts';
import type { NodeMap } from '../workflow/document.ts';
import { textOf } from '../workflow/expressions.ts';
import type { RunnerHouse } from './house.ts';
import { killGroup } from './process.ts';
import { makeTools } from './tools.ts';

/** The folders and environment of one job, and the processes that it started. */
export class JobWorkspace {
  readonly root: string;
  /** $GITHUB_WORKSPACE; empty until something is checked out. */
  readonly workspace: string;
  readonly home: string;
  readonly temp: string;
  readonly toolCache: string;
  /** In front of PATH, the first one first. */
  readonly path: string[];
  readonly #groups: number[] = [];

  private constructor(root: string, repositoryName: string) {
    this.root = root;
    this.workspace = join(root, 'work', repositoryName, repositoryName);
    this.home = join(root, 'home');
    this.temp = join(root, 'work', '_temp');
    this.toolCache = join(root, 'toolcache');
    this.path = [join(root, 'tools'), dirname(process.execPath), '/usr/bin', '/bin'];
  }

  /** Makes the folders. */
  static async create(
    house: RunnerHouse,
    job: { readonly id: number; readonly name: string },
    { repository, settings }: HostedRepository,
  ): Promise<JobWorkspace> {
    const made = new JobWorkspace(join(await house.root(), String(job.id)), repository.name);
    for (const folder of [made.workspace, made.home, made.temp, made.toolCache])
      await mkdir(folder, { recursive: true });
    await makeTools(join(made.root, 'tools'), house.cliRoot, settings.offlineJobs?.includes(job.name));
    return made;
  }

  get runnerContext(): NodeMap {
    const { temp, toolCache } = this;
    return {
      name: 'sandbox',
      os: 'Linux',
      arch: 'X64',
      temp,
      tool_cache: toolCache,
      environment: 'github-hosted',
      debug: '',
    };
  }

  /** What Actions sets for every step, from the `github` context. */
  environment(house: RunnerHouse, github: NodeMap): Record<string, string> {
    const of = (name: string) => textOf(github[name] ?? null);
    const names = [
      'action',
      'actor',
      'base_ref',
      'event_name',
      'event_path',
      'head_ref',
      'job',
      'ref',
      'ref_name',
      'ref_type',
      'repository',
      'repository_id',
      'repository_owner',
      'retention_days',
      'run_attempt',
      'run_id',
      'run_number',
      'server_url',
      'sha',
      'triggering_actor',
      'workflow',
      'workflow_ref',
      'workflow_sha',
    ];
    return {
      ...house.env,
      PATH: this.path.join(delimiter),
      HOME: this.home,
      LANG: 'C.UTF-8',
      CI: 'true',
      ...Object.fromEntries(names.map((name) => [`GITHUB_${name.toUpperCase()}`, of(name)])),
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: house.urls().api,
      GITHUB_GRAPHQL_URL: house.urls().graphql,
      GITHUB_WORKSPACE: this.workspace,
      RUNNER_ARCH: 'X64',
      RUNNER_ENVIRONMENT: 'github-hosted',
      RUNNER_NAME: 'sandbox',
      RUNNER_OS: 'Linux',
      RUNNER_TEMP: this.temp,
      RUNNER_TOOL_CACHE: this.toolCache,
    };
  }

  /** Makes a file of its own in the temporary folder. @returns its path. */
  async file(name: string, content = ''): Promise<string> {
    const path = join(this.temp, `${randomBytes(8).toString('hex')}_${name}`);
    await writeFile(path, content);
    return path;
  }

  /** Remembers a process group, so that nothing of it outlives the job. */
  adopt(pid: number): void {
    this.#groups.push(pid);
  }

  /** Ends what is left running and removes the folders. */
  async remove(): Promise<void> {
    for (const pid of this.#groups) killGroup(pid);
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}
