import * as Args from '@oclif/core/args';
import type { RunName } from '../lib/actions/runs/run-errors.ts';
import type { ResolvedConfig } from '../lib/config/resolve.ts';
import { OperatorError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';
import type { GitHubClient } from '../lib/github/client.ts';
import type { RepositoryName } from '../lib/github/repository/repository-name.ts';
import type { JobRow } from '../lib/store/jobs.ts';
import type { Store } from '../lib/store/store-options.ts';
import { RemoteCommand } from './remote-command.ts';
import { dispatchRepoFlag } from './remote-flags.ts';
import type { StoredProgress } from './stored-progress.ts';

/** A run and the repository whose Actions run it. */
interface NamedRun {
  readonly repository: RepositoryName;
  readonly runId: string;
}

export const runArgument = Args.string({ description: 'number of the run, or its https address' });

/** What the commands of the runs topic share. */
export abstract class RunsCommand extends RemoteCommand {
  static override baseFlags = {
    ...RemoteCommand.baseFlags,
    'dispatch-repo': dispatchRepoFlag,
  };

  /** The run that was named by its number or its web address, which also names the repository. */
  protected async namedRun(given: string, flag: string | undefined, settings: ResolvedConfig): Promise<NamedRun> {
    const [, path, fromAddress] = /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/actions\/runs\/(\d+)/.exec(given) ?? [];
    const runId = fromAddress ?? given;
    if (!/^\d{1,19}$/.test(runId)) {
      throw new OperatorError(`"${given}" is not the number of a run`, {
        code: 'run_id_invalid',
        exitCode: EXIT.usage,
        nextSteps: ['see the numbers: capture-cli runs list'],
      });
    }
    return { repository: await this.dispatchRepository(settings, path ?? flag), runId };
  }

  /** The run that is named, or with `--last` the one that was started last. @throws OperatorError `run_not_named`, exit 2 */
  protected async watchedRun(
    given: string | undefined,
    flags: { readonly last: boolean; readonly 'dispatch-repo'?: string | undefined },
    settings: ResolvedConfig,
    store: Store | null,
  ): Promise<NamedRun> {
    if (given !== undefined && !flags.last) return await this.namedRun(given, flags['dispatch-repo'], settings);
    if (given !== undefined || !flags.last) {
      throw new OperatorError(given === undefined ? 'which run?' : 'a run was named beside --last', {
        code: 'run_not_named',
        exitCode: EXIT.usage,
        nextSteps: [
          'the one that was started last: capture-cli runs watch --last',
          'another one, by its number: capture-cli runs list',
        ],
      });
    }
    const row = await this.lastStarted(store);
    return { repository: await this.dispatchRepository(settings, row.dispatch_repository), runId: row.run_id };
  }

  /** What the store tells of the pipeline, where the run was started through this store. */
  protected async progressOf(run: RunName, store: Store | null): Promise<StoredProgress | undefined> {
    if (!store) return undefined;
    const [{ createJobStore }, { storedProgress }] = await Promise.all([
      import('../lib/store/jobs.ts'),
      import('./stored-progress.ts'),
    ]);
    const row = await createJobStore(store.client).ofRun(run.repository, run.runId);
    return row ? await storedProgress(row.pipeline, row.inputs, store, this.clock) : undefined;
  }

  protected async connect(settings: ResolvedConfig): Promise<GitHubClient> {
    const connectGitHub = await this.gitHubConnector(settings);
    return connectGitHub({});
  }

  /**
   * Prints a job's whole log, each line with the job's name before it; under `--json` and the like the lines are kept
   * instead. False where there is no log.
   */
  protected async printLog(
    github: GitHubClient,
    repository: RepositoryName,
    job: { readonly jobId: string; readonly name: string },
    kept?: string[],
  ): Promise<boolean> {
    const [{ readWholeLog }, { takesColour }, { sanitize }] = await Promise.all([
      import('../lib/actions/logs/whole-log.ts'),
      import('../lib/progress/palette.ts'),
      import('../lib/progress/sanitize.ts'),
    ]);
    const log = { github, fetch: globalThis.fetch, signal: this.signal };
    const colour = !kept && takesColour(this.io.stdout, this.io.env);
    const name = sanitize(job.name);
    return await readWholeLog(log, repository, job, colour, (line) => {
      if (kept) kept.push(line);
      else this.log(`${name} | ${line}`);
    });
  }

  /**
   * Opens the store if there is one: runs are watched without any, too. One that cannot be opened is told and left alone,
   * unless it `isNeeded`.
   */
  protected async withStoreIfAny<T>(
    settings: ResolvedConfig,
    isNeeded: boolean,
    use: (store: Store | null) => Promise<T>,
  ): Promise<T> {
    const opened: { used?: boolean } = {};
    try {
      return await this.withOpenStore(settings, { mustExist: true }, (store) => {
        opened.used = true;
        return use(store);
      });
    } catch (thrown) {
      if (opened.used || !(thrown instanceof OperatorError)) throw thrown;
      if (thrown.code !== 'store_missing' && isNeeded) throw thrown;
      if (thrown.code !== 'store_missing') this.warn(`the store is left alone: ${thrown.message}`);
      return await use(null);
    }
  }

  /** The run that was last started through this store. @throws OperatorError `run_not_started_here`, exit 2 */
  protected async lastStarted(store: Store | null): Promise<JobRow & { readonly run_id: string }> {
    const { createJobStore } = await import('../lib/store/jobs.ts');
    const rows = store ? await createJobStore(store.client).newest(null, 20) : [];
    const row = rows.find(hasRun);
    if (row) return row;
    throw new OperatorError('no run was started through this store yet', {
      code: 'run_not_started_here',
      exitCode: EXIT.usage,
      nextSteps: ['start one: capture-cli backfill OWNER/REPO --remote', 'see those of GitHub: capture-cli runs list'],
    });
  }
}

function hasRun(row: JobRow): row is JobRow & { readonly run_id: string } {
  return row.run_id !== null;
}
