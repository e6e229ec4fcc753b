import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../src/lib/clock.ts';
import { OperatorError } from '../../../src/lib/errors.ts';
import type { Repositories } from '../history/repositories.ts';
import type { SandboxRepository } from '../history/repository.ts';
import type { Tokens } from '../tokens.ts';
import { HostedRepository, WORKFLOW_FOLDER } from './hosted-repository.ts';
import { LogLinks } from './log-links.ts';
import type { ActionsOptions, DispatchMode, HostOptions, Trigger } from './options.ts';
import type { AttemptState, Course, RunFacts, WorkflowRun } from './records.ts';
import { latestAttempt } from './records.ts';
import type { ParsedRunScript, RunScript } from './run-script.ts';
import { runScript } from './run-script.ts';
import { ConcurrencyGroups } from './runner/concurrency-groups.ts';
import { ExecutedRun } from './runner/executed-run.ts';
import type { RunnerHouse } from './runner/house.ts';
import type { LiveJob } from './runner/live-job.ts';
import { RunnerPool } from './runner/runner-pool.ts';
import { ScriptedRun } from './scripted-run.ts';
import type { NodeMap, Scalar } from './workflow/document.ts';
import { dispatchInputs } from './workflow/inputs.ts';
import { githubContext, titleOf } from './workflow/run-title.ts';

type ScriptSource = RunScript | ((inputs: Readonly<Record<string, Scalar>>) => RunScript);

/** Larger than 2^31, as GitHub's are. */
const FIRST_RUN_ID = 15_000_000_000;
const FIRST_JOB_ID = 43_000_000_000;
const LOG_LINK_MS = 60_000;
/** docs.github.com, "Usage limits": concurrent jobs of the free plan; requests an hour of a GITHUB_TOKEN. */
const RUNNERS = 20;
const JOB_TOKEN_LIMIT = 1_000;
const PROJECT_ROOT = join(import.meta.dirname, '..', '..', '..');

/** GitHub Actions of a sandbox. */
export class Actions {
  dispatchMode: DispatchMode;
  readonly links: LogLinks;
  readonly listDelayMs: number;
  readonly #clock: Clock;
  readonly #repositories: Repositories;
  readonly #hosted = new Map<number, HostedRepository>();
  readonly #scripts = new Map<string, ScriptSource>();
  readonly #options: ActionsOptions;
  readonly #runner: RunnerHouse;
  #root: Promise<string> | null = null;
  #apiUrl = '';
  #runs = 0;
  #jobs = 0;

  constructor(
    options: ActionsOptions,
    house: { readonly clock: Clock; readonly repositories: Repositories; readonly tokens: Tokens },
  ) {
    this.dispatchMode = options.dispatchMode ?? 'details';
    this.listDelayMs = options.listDelayMs ?? 0;
    this.links = new LogLinks(house.clock, options.logLinkMs ?? LOG_LINK_MS);
    this.#clock = house.clock;
    this.#repositories = house.repositories;
    this.#options = options;
    this.#runner = {
      clock: house.clock,
      tokens: house.tokens,
      pool: new RunnerPool(options.runners ?? RUNNERS),
      groups: new ConcurrencyGroups(),
      urls: () => ({ api: this.#apiUrl, graphql: `${this.#apiUrl}/graphql` }),
      repository: (nameWithOwner) => {
        const [owner = '', name = ''] = nameWithOwner.split('/');
        const lookup = house.repositories.byName(owner, name);
        return lookup && this.of(lookup.found);
      },
      root: () => {
        this.#root ??= mkdtemp(join(tmpdir(), 'capture-cli-runner-'));
        return this.#root;
      },
      cliRoot: options.cliRoot ?? PROJECT_ROOT,
      nextJobId: () => this.#nextJobId(),
      minuteMs: options.minuteMs ?? 60_000,
      graceFactor: options.graceFactor ?? 1,
      jobTokenLimit: options.jobTokenLimit ?? JOB_TOKEN_LIMIT,
      env: options.env ?? {},
    };
  }

  /** GitHub's time. */
  now(): number {
    return this.#clock.now();
  }

  /** What a repository has of Actions. */
  of(repository: SandboxRepository): HostedRepository {
    const known = this.#hosted.get(repository.databaseId);
    if (known) return known;
    const made = new HostedRepository(repository, this.#clock.now(), this.#options.cacheLimitBytes);
    this.#hosted.set(repository.databaseId, made);
    return made;
  }

  /**
   * Commits workflow files to the default branch and sets what a repository's settings hold. Dispatching one of them
   * executes it.
   * @param workflows a folder with `.yml` files, or their contents by file name.
   * @throws OperatorError `repository_unknown`. @throws Error for a folder that cannot be read.
   */
  hostWorkflows(
    nameWithOwner: string,
    workflows: string | Readonly<Record<string, string>>,
    options: HostOptions = {},
  ): HostedRepository {
    const hosted = this.of(this.#repositories.require(nameWithOwner));
    const { files = {}, ...settings } = options;
    hosted.settings = settings;
    if (typeof workflows === 'string') hosted.addWorkflowFolder(workflows);
    const inline = typeof workflows === 'string' ? [] : Object.entries(workflows);
    const contents = [
      ...inline.map(([name, text]) => [`${WORKFLOW_FOLDER}${name}`, text] as const),
      ...Object.entries(files),
    ];
    hosted.files.commit(hosted.files.defaultBranch, new Map(contents.map(([path, text]) => [path, Buffer.from(text)])));
    return hosted;
  }

  /** From now on a dispatch of this workflow makes a scripted run. The file itself must be hosted. */
  scriptDispatches(nameWithOwner: string, workflowFile: string, script: ScriptSource): void {
    this.#scripts.set(this.#key(nameWithOwner, `${WORKFLOW_FOLDER}${workflowFile}`), script);
  }

  /** Adds a scripted run that starts now. @returns its id. @throws ZodError for a script that is none. */
  addRun(nameWithOwner: string, script: RunScript): number {
    const hosted = this.of(this.#repositories.require(nameWithOwner));
    const parsed = runScript.parse(script);
    const path = `${WORKFLOW_FOLDER}${parsed.workflow}`;
    const said = { displayTitle: parsed.displayTitle, workflowName: parsed.workflowName };
    const trigger = { event: parsed.event, ref: parsed.branch, actor: parsed.actor, inputs: {} };
    return this.#record(hosted, path, trigger, () => this.#scripted(parsed), said).id;
  }

  /**
   * Starts a run of a hosted workflow.
   * @throws WorkflowInvalid or InputsRefused, the latter only for `workflow_dispatch`.
   */
  start(
    hosted: HostedRepository,
    path: string,
    trigger: Omit<Trigger, 'inputs'> & { readonly inputs: NodeMap },
  ): WorkflowRun {
    const commit = hosted.files.at(trigger.ref);
    const document = hosted.document(path, commit?.sha);
    const inputs = trigger.event === 'workflow_dispatch' ? dispatchInputs(document, trigger.inputs) : {};
    const started = { ...trigger, inputs };
    const script = this.#scripts.get(this.#key(hosted.repository.nameWithOwner, path));
    if (!script) return this.#record(hosted, path, started, (run) => this.#executed(hosted, run, started), {});
    const chosen = runScript.parse(typeof script === 'function' ? script(inputs) : script);
    return this.#record(hosted, path, started, () => this.#scripted(chosen), { displayTitle: chosen.displayTitle });
  }

  /**
   * Starts a hosted workflow as an event would, `schedule` for example.
   * @returns the run's id. @throws WorkflowInvalid; Error when the workflow does not have that trigger.
   */
  trigger(nameWithOwner: string, workflowFile: string, event = 'schedule', inputs: NodeMap = {}): number {
    const hosted = this.of(this.#repositories.require(nameWithOwner));
    const path = `${WORKFLOW_FOLDER}${workflowFile}`;
    if (!Object.hasOwn(hosted.document(path).on, event))
      throw new OperatorError(`${workflowFile} does not have the '${event}' trigger`, { code: 'trigger_unknown' });
    return this.start(hosted, path, { event, ref: hosted.files.defaultBranch, actor: 'sandbox-operator', inputs }).id;
  }

  /** A run of any repository. @throws OperatorError `run_unknown`. */
  run(id: number): WorkflowRun {
    for (const hosted of this.#hosted.values()) {
      const found = hosted.runs.find((run) => run.id === id);
      if (found) return found;
    }
    throw new OperatorError(`The sandbox has no run ${id}`, { code: 'run_unknown' });
  }

  /** What a run is at. */
  stateOf(id: number): AttemptState {
    return latestAttempt(this.run(id), this.#clock.now());
  }

  /** Approves (or refuses) what a run waits for. @throws OperatorError when it does not wait for that. */
  review(id: number, environment: string, approved = true): void {
    if (!this.run(id).course.review(this.#clock.now(), environment, approved))
      throw new OperatorError(`Run ${id} does not wait for the environment ${environment}`, { code: 'not_waiting' });
  }

  /**
   * Waits until an executed run is over.
   * @returns its state then. @throws OperatorError `run_unknown`.
   */
  async settled(id: number): Promise<AttemptState> {
    const { course } = this.run(id);
    if (course instanceof ExecutedRun) await course.settled();
    return this.stateOf(id);
  }

  /** A job of an executed run's last attempt, by its name: log, outputs, summaries. Null when there is none. */
  liveJob(runId: number, name: string): LiveJob | null {
    const { course } = this.run(runId);
    const id = this.stateOf(runId).jobs.find((job) => job.name === name)?.id;
    return course instanceof ExecutedRun && id !== undefined ? course.job(id) : null;
  }

  /** @param apiUrl what GITHUB_API_URL is in a job. */
  async open(apiUrl: string): Promise<void> {
    this.#apiUrl = apiUrl;
    await this.links.open();
  }

  /** Ends every run by force, with its processes, and removes what they wrote. */
  async close(): Promise<void> {
    const runs = [...this.#hosted.values()].flatMap((hosted) => hosted.runs);
    for (const { course } of runs) if (course instanceof ExecutedRun) course.cancel(this.now(), true);
    for (const { course } of runs) if (course instanceof ExecutedRun) await course.settled();
    await this.links.close();
    if (this.#root) await rm(await this.#root, { recursive: true, force: true, maxRetries: 5 });
  }

  #scripted(script: ParsedRunScript): Course {
    return new ScriptedRun(script, this.#clock.now(), () => this.#nextJobId());
  }

  #executed(hosted: HostedRepository, run: RunFacts, trigger: Trigger): Course {
    const github = githubContext(hosted, run.workflowPath, { trigger, id: run.id, number: run.number });
    return new ExecutedRun({ house: this.#runner, hosted, run, inputs: trigger.inputs, github });
  }

  #nextJobId(): number {
    this.#jobs += 1;
    return FIRST_JOB_ID + this.#jobs;
  }

  #key(nameWithOwner: string, path: string): string {
    return `${nameWithOwner.toLowerCase()} ${path}`;
  }

  #record(
    hosted: HostedRepository,
    path: string,
    trigger: Trigger,
    courseOf: (facts: RunFacts) => Course,
    said: { readonly displayTitle?: string | undefined; readonly workflowName?: string | undefined },
  ): WorkflowRun {
    this.#runs += 1;
    const id = FIRST_RUN_ID + this.#runs;
    const number = hosted.nextRunNumber(path);
    const workflowName = said.workflowName ?? hosted.nameOf(path);
    const facts: RunFacts = {
      id,
      number,
      workflowId: hosted.workflowAt(path).id,
      workflowName,
      workflowPath: path,
      event: trigger.event,
      headBranch: trigger.ref.replace(/^refs\/heads\//, ''),
      headSha: (hosted.files.at(trigger.ref) ?? hosted.files.head()).sha,
      displayTitle: said.displayTitle ?? titleOf(hosted, path, { trigger, id, number }) ?? workflowName,
      actor: trigger.actor,
      createdAt: this.#clock.now(),
    };
    const run = { ...facts, course: courseOf(facts) };
    hosted.runs.push(run);
    return run;
  }
}
