import { randomUUID } from 'node:crypto';
import type { CatalogueEntry } from '../lib/actions/catalogue/catalogue-entry.ts';
import type { CommandLine } from '../lib/actions/catalogue/workflow-inputs.ts';
import type { DispatchPlan } from '../lib/actions/dispatch/dispatch-plan.ts';
import type { DryRun } from '../lib/actions/dispatch/dry-run.ts';
import { type RunName, watchCommand } from '../lib/actions/runs/run-errors.ts';
import type { WatchedState } from '../lib/actions/runs/run-state.ts';
import type { WatchInputs, WatchResult } from '../lib/actions/watch/watch.ts';
import type { ResolvedConfig } from '../lib/config/resolve.ts';
import { OperatorError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';
import type { RepositoryName } from '../lib/github/repository/repository-name.ts';
import { Interrupted } from '../lib/interrupt.ts';
import type { Store } from '../lib/store/store-options.ts';
import { PipelineCommand, type PresentationFlags } from './pipeline-command.ts';
import type { FlagOrigins, RemoteFlags } from './remote-flags.ts';
import type { StoredProgress } from './stored-progress.ts';

/** What a command that was sent to GitHub Actions comes to, under `--json`. */
export interface RemoteResult {
  readonly repository: string;
  readonly runId: string;
  readonly url: string;
  readonly requestId: string;
  /** `dispatched`: nobody waited for its end. */
  readonly outcome: 'dispatched' | 'detached' | WatchResult['state'];
  readonly run?: WatchResult;
}

/** What would be sent, under `--dry-run --json`; how large the run would be, where that is known. */
export type RemoteDryRun = DryRun;

/** What was parsed, and where each flag came from. */
export interface TypedLine {
  readonly flags: RemoteFlags & PresentationFlags & Readonly<Record<string, unknown>>;
  readonly metadata: FlagOrigins;
}

export interface WatchTarget {
  readonly run: RunName;
  readonly repository: RepositoryName;
  /** Null where nothing of the run is in the store. */
  readonly store: Store | null;
  readonly progress: StoredProgress | undefined;
}

export interface WatchChoice extends Pick<WatchInputs, 'intervalMs' | 'failFast' | 'logs' | 'justDispatched'> {
  /** Whether to go on with the runs that a run starts itself while work is left. */
  readonly follow: boolean;
}

/** A command that deals with GitHub Actions: it starts the workflow of its catalogue entry and watches runs. */
export abstract class RemoteCommand extends PipelineCommand {
  /** The command whose catalogue entry is dispatched. */
  protected readonly remoteCommand: string = this.id ?? '';
  #watching = false;

  protected override stoppingWords(): string {
    return this.#watching ? 'Detaching: the run goes on.' : this.localStoppingWords();
  }

  /** What the first Ctrl-C does to work that is done here, in words. */
  protected localStoppingWords(): string {
    return super.stoppingWords();
  }

  /** The repository whose Actions run the workflows. @throws as `dispatchRepository` of the library does */
  protected async dispatchRepository({ values }: ResolvedConfig, flag: string | undefined): Promise<RepositoryName> {
    const { dispatchRepository } = await import('../lib/actions/dispatch/dispatch-repository.ts');
    return await dispatchRepository({
      flag,
      setting: values.actions.repository,
      env: this.io.env,
      originUrl: async () => (await import('./origin-url.ts')).originUrl(),
    });
  }

  /** Checks what would be sent as this request, without sending it. */
  protected async planRemotely(
    line: CommandLine,
    flags: RemoteFlags,
    settings: ResolvedConfig,
    requestId = `r${randomUUID().replaceAll('-', '').slice(0, 16)}`,
  ): Promise<{ readonly plan: DispatchPlan; readonly entry: CatalogueEntry; readonly requests: number }> {
    const [{ entryOfCommand }, { inputsOf }, { planDispatch }] = await Promise.all([
      import('../lib/actions/catalogue/catalogue.ts'),
      import('../lib/actions/catalogue/workflow-inputs.ts'),
      import('../lib/actions/dispatch/dispatch-plan.ts'),
    ]);
    const entry = entryOfCommand(this.remoteCommand);
    if (!entry) throw new Error(`the catalogue has no entry for ${this.remoteCommand}`);
    if (entry.needsHostedStore && settings.values.store.url === undefined) throw needsHostedStore();
    const inputs = inputsOf(entry.inputs, line, requestId);
    const repository = await this.dispatchRepository(settings, flags['dispatch-repo']);
    const github = (await this.gitHubConnector(settings))({});
    const request = { repository, workflow: entry.workflow, ref: flags.ref, inputs };
    const plan = await planDispatch(github, request, requestId, this.signal);
    return { plan, entry, requests: github.spent.rest };
  }

  /**
   * `--remote` of a command whose flags are inputs of its workflow as they stand: starts it and watches it, or says with
   * `--dry-run` what would be sent.
   *
   * @throws OperatorError `remote_flag_unsupported`, exit 2
   */
  protected async runOrPlanRemotely({ flags, metadata }: TypedLine): Promise<RemoteResult | RemoteDryRun> {
    const { refuseLocalFlags, typedFlags } = await import('./remote-flags.ts');
    refuseLocalFlags(this.remoteCommand, { ...typedFlags(flags, metadata), 'dry-run': undefined });
    const settings = await this.settings();
    const line = { args: {}, flags: { ...flags }, settings: {} };
    if (!flags['dry-run']) return await this.runRemotely(line, flags, settings);
    return await this.showRemotely(line, flags, settings);
  }

  /** Shows what would be sent. */
  protected async showRemotely(line: CommandLine, flags: RemoteFlags, settings: ResolvedConfig): Promise<RemoteDryRun> {
    const { plan, entry, requests } = await this.planRemotely(line, flags, settings);
    const [{ dryRunLines }, { dispatchRequest }, { runFacts }] = await Promise.all([
      import('../lib/actions/dispatch/dry-run.ts'),
      import('../lib/actions/dispatch/dispatch.ts'),
      import('./run-facts.ts'),
    ]);
    const dryRun: RemoteDryRun = {
      request: dispatchRequest(plan, settings.values.github.apiUrl),
      requests: requests + 1,
      ...entry.size(plan.inputs, await runFacts(entry, plan.inputs, settings)),
    };
    for (const text of dryRunLines(dryRun)) this.log(text);
    return dryRun;
  }

  /** Starts the workflow, watches it to its end unless told not to, and sets the exit code by how it ended. */
  protected async runRemotely(
    line: CommandLine,
    flags: RemoteFlags & PresentationFlags,
    settings: ResolvedConfig,
    requestId?: string,
  ): Promise<RemoteResult> {
    const { plan, entry } = await this.planRemotely(line, flags, settings, requestId);
    return await this.withOpenStore(settings, { mustExist: false }, async (store) => {
      const [{ startRun }, { createJobStore }, { storedProgress }] = await Promise.all([
        import('../lib/actions/dispatch/start-run.ts'),
        import('../lib/store/jobs.ts'),
        import('./stored-progress.ts'),
      ]);
      const connectGitHub = await this.gitHubConnector(settings);
      const { clock, signal } = this;
      const { owner, name } = plan.repository;
      const started = await startRun(
        { github: connectGitHub({}), clock, signal, jobs: createJobStore(store.client) },
        plan,
        entry.command,
        (message) => this.warn(`the run is not remembered in the store: ${message}`),
      ).catch((thrown: unknown) => {
        if (signal.reason instanceof Interrupted) {
          this.tell(`The workflow may have been started, as request ${plan.requestId}.`);
          this.tell(`Next: capture-cli runs list --dispatch-repo ${owner}/${name}`);
        }
        throw thrown;
      });
      const run = { repository: `${owner}/${name}`, runId: started.runId };
      const result = { ...run, url: started.url, requestId: plan.requestId };
      this.tell(`Started ${plan.workflow} on ${plan.ref}: ${started.url}`);
      if (flags.detach) {
        this.tell(`Next: ${watchCommand(run)}`);
        return { ...result, outcome: 'dispatched' };
      }
      const progress = await storedProgress(entry.command, plan.inputs, store, clock);
      const target = { run, repository: plan.repository, store, progress };
      const ended = await this.watchRun(
        target,
        { failFast: false, logs: 'all', justDispatched: true, follow: true },
        flags,
        settings,
      );
      return ended ? { ...result, outcome: ended.state, run: ended } : { ...result, outcome: 'detached' };
    });
  }

  /**
   * Shows a run, and where `follow` says so those that continue it, until the last one ends; sets the exit code by its
   * verdict, and says what to type next. Undefined when Ctrl-C has ended the watching: the run goes on.
   */
  protected async watchRun(
    { run, repository, store, progress }: WatchTarget,
    choice: WatchChoice,
    flags: PresentationFlags,
    settings: ResolvedConfig,
  ): Promise<WatchResult | undefined> {
    const [{ watchRun }, { watchChain }, { alongside }, { createJobStore }, { MEANING }, { concludeWatch }] =
      await Promise.all([
        import('../lib/actions/watch/watch.ts'),
        import('../lib/actions/watch/watch-chain.ts'),
        import('../lib/progress/alongside.ts'),
        import('../lib/store/jobs.ts'),
        import('../lib/actions/runs/run-state.ts'),
        import('./conclude-watch.ts'),
      ]);
    const jobs = store ? createJobStore(store.client) : undefined;
    let watching = run;
    const capabilities = {
      connectGitHub: await this.gitHubConnector(settings, Number.POSITIVE_INFINITY),
      fetch: globalThis.fetch,
      clock: this.clock,
      signal: this.signal,
      remember: async ({ runId, attempt, state, url, conclusion }: WatchedState) => {
        const change = { status: MEANING[state].stored, run_attempt: attempt, run_url: url, conclusion };
        await jobs?.advance({ ...run, runId }, change);
      },
      goesOn: async () => (await progress?.standing())?.goesOn ?? false,
      onContinued: (runId: string) => {
        watching = { ...run, runId };
      },
    };
    this.#watching = true;
    try {
      const watch = choice.follow ? watchChain : watchRun;
      const events = watch(capabilities, { repository, runId: run.runId, ...choice });
      const told = progress ? alongside(events, (signal) => progress.events(signal), this.clock) : events;
      const ended = await this.present(told, flags);
      process.exitCode = await concludeWatch(ended, progress, (line) => this.tell(line));
      return ended;
    } catch (thrown) {
      if (!(this.signal.reason instanceof Interrupted)) throw thrown;
      this.tell(`Detached: run ${watching.runId} goes on. Come back with: ${watchCommand(watching)}`);
      return undefined;
    } finally {
      this.#watching = false;
    }
  }
}

function needsHostedStore(): OperatorError {
  return new OperatorError(
    'the runners of GitHub Actions cannot reach the embedded store of this machine: --remote needs a hosted one',
    {
      code: 'remote_needs_hosted_store',
      exitCode: EXIT.usage,
      nextSteps: [
        'set SUPABASE_URL to the address of the hosted Supabase (or store.url in .deadzonerc)',
        'set SUPABASE_SERVICE_KEY to its secret key',
        'or leave --remote away: the pipeline then runs here',
      ],
    },
  );
}
