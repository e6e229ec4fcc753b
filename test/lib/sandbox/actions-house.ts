import type { components } from '@octokit/openapi-types';
import type { HostOptions } from '../../sandbox/actions/options.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { rest, send } from './ask.ts';

export type Run = components['schemas']['workflow-run'];
export type Job = components['schemas']['job'];

/** A sandbox with Actions, whose workflows are executed, and how a client sees them: over HTTP alone. */
export interface ActionsHouse {
  readonly sandbox: Sandbox;
  /** OWNER/NAME of the repository that has the workflows. */
  readonly repository: string;
  /** `/repos/OWNER/NAME/actions` */
  readonly actions: string;
  /** `/repos/OWNER/NAME/actions/runs` */
  readonly runs: string;
  /** The same sandbox with another, empty repository: starting a sandbox costs more than most of these tests. */
  fresh(): ActionsHouse;
  /** Commits workflows to the repository; a text is `w.yml`. */
  host(workflows: string | Readonly<Record<string, string>>, options?: HostOptions): void;
  /** Sends a dispatch of `w.yml`. @returns the run's id. @throws Error with what was answered instead of it. */
  dispatch(inputs?: object, file?: string): Promise<number>;
  /** Hosts, dispatches and waits for the end. */
  execute(
    workflows: string | Readonly<Record<string, string>>,
    options?: HostOptions,
    inputs?: object,
  ): Promise<number>;
  run(id: number): Promise<Run>;
  jobs(id: number): Promise<readonly Job[]>;
  /** By the jobs' names. */
  conclusions(id: number): Promise<Readonly<Record<string, string | null>>>;
  /** The log of a finished job, followed through its link. */
  log(id: number, job: string): Promise<string>;
  /** Waits for a line in the log of a job that may still run. */
  untilLogged(id: number, job: string, line: string): Promise<void>;
}

export async function startActionsHouse(options: Parameters<typeof startSandbox>[0] = {}): Promise<ActionsHouse> {
  const sandbox = await startSandbox({ ...options, actions: { graceFactor: 0.04, ...options.actions } });
  return houseIn(sandbox, 1);
}

function houseIn(sandbox: Sandbox, number: number): ActionsHouse {
  const { nameWithOwner: repository } = sandbox.repositories.create({ owner: 'acme', name: `big-${number}`, prs: 3 });
  const actions = `/repos/${repository}/actions`;
  const runs = `${actions}/runs`;
  const jobs: ActionsHouse['jobs'] = async (id) =>
    (await rest<{ jobs: Job[] }>(sandbox, `${runs}/${id}/jobs?per_page=100`)).data.jobs;
  const host: ActionsHouse['host'] = (workflows, settings) => {
    sandbox.actions.hostWorkflows(
      repository,
      typeof workflows === 'string' ? { 'w.yml': workflows } : workflows,
      settings,
    );
  };
  const dispatch: ActionsHouse['dispatch'] = async (inputs = {}, file = 'w.yml') => {
    const path = `${actions}/workflows/${file}/dispatches`;
    const body = { ref: 'main', inputs, return_run_details: true };
    const answer = await send<{ workflow_run_id: number }>(sandbox, 'POST', path, body);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.data));
    return answer.data.workflow_run_id;
  };
  return {
    sandbox,
    repository,
    actions,
    runs,
    fresh: () => houseIn(sandbox, number + 1),
    host,
    dispatch,
    jobs,
    execute: async (workflows, settings, inputs) => {
      host(workflows, settings);
      const id = await dispatch(inputs);
      await sandbox.actions.settled(id);
      return id;
    },
    run: async (id) => (await rest<Run>(sandbox, `${runs}/${id}`)).data,
    conclusions: async (id) => Object.fromEntries((await jobs(id)).map(({ name, conclusion }) => [name, conclusion])),
    log: async (id, name) => {
      const job = (await jobs(id)).find((each) => each.name === name);
      const link = await rest(sandbox, `${actions}/jobs/${job?.id}/logs`);
      return (await fetch(link.headers.get('location') ?? '')).text();
    },
    untilLogged: async (id, name, line) => {
      for (let tries = 0; tries < 1_000; tries += 1) {
        if (sandbox.actions.liveJob(id, name)?.log.toString().includes(line)) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`${name} never said ${line}`);
    },
  };
}

/** A workflow that is only dispatched, with these jobs. */
export function workflow(jobs: string): string {
  return `on: workflow_dispatch\njobs:\n${jobs.replace(/^(?=.)/gm, '  ')}`;
}
