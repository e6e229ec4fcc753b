import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import type { CommandLine } from '../lib/actions/catalogue/workflow-inputs.ts';
import type { BackfillInputs, BackfillResult } from '../lib/backfill/inputs.ts';
import type { FlagValue, ResolvedConfig } from '../lib/config/resolve.ts';
import type { SettingKey } from '../lib/config/settings.ts';
import { EXIT } from '../lib/exit-codes.ts';
import { keepHeapSmall } from '../lib/heap-growth.ts';
import { CHECKPOINT } from '../lib/interrupt.ts';
import { shellWord } from '../lib/shell-word.ts';
import { BackfillCommand, type OpenedStore } from './backfill-command.ts';
import { flagValue } from './flag-value.ts';

/** Rate limits shorter than this are waited for even with `--on-limit pause`: secondary limits pass within a minute or two. */
const SHORT_WAIT_MS = 150_000;

export const repositoryArgument = Args.string({ description: 'OWNER/REPO, or its https address', required: true });

type RunFlags = InferredFlags<typeof BackfillRunCommand.baseFlags>;

/** What `backfill` and `backfill resume` share: the flags of a run, and the run itself. */
export abstract class BackfillRunCommand extends BackfillCommand {
  static override baseFlags = {
    ...BackfillCommand.baseFlags,
    'chunk-size': Flags.string({ summary: 'Pull requests of ordinary size in a chunk, 1 to 100.', helpValue: 'N' }),
    'max-chunks': Flags.integer({ summary: 'Stop after this many chunks.', min: 1, helpValue: 'N' }),
    'max-minutes': Flags.string({ summary: 'Stop after this many minutes.', helpValue: 'N' }),
    since: Flags.string({
      summary: 'Only pull requests that changed since then: 2026-11-01, an ISO time, or 30d.',
      helpValue: 'TIME',
    }),
    only: Flags.string({
      summary: 'Capture these kinds only: files, reviews (with their comments), comments, commits.',
      helpValue: 'KINDS',
    }),
    reserve: Flags.string({
      summary: 'Leave this much of the rate limit for others: 10% or a number of points.',
      helpValue: 'SHARE',
    }),
    'on-limit': Flags.option({
      options: ['wait', 'pause'] as const,
      summary:
        'When the rate limit is used up: wait for it to come back, or pause and exit with 75. Waits on a terminal, else pauses.',
    })(),
    'allow-unfinished': Flags.boolean({
      summary: 'Exit with 0, not 69 or 75, when a limit or a pause stopped it: what is left is for another worker.',
    }),
  };

  #allowUnfinished = false;

  /** Whether it ended by an answer or by a refusal, a backfill that is only not finished yet need not be a failed job. */
  protected override async finally(thrown: Error | undefined): Promise<void> {
    await super.finally(thrown);
    const unfinished = process.exitCode === EXIT.notFinished || process.exitCode === EXIT.rateLimited;
    if (this.#allowUnfinished && unfinished) process.exitCode = EXIT.done;
  }

  protected override localStoppingWords(): string {
    return CHECKPOINT;
  }

  protected async runSettings(flags: RunFlags): Promise<ResolvedConfig> {
    this.#allowUnfinished = flags['allow-unfinished'];
    const given: Partial<Record<SettingKey, FlagValue | undefined>> = {
      'backfill.chunkSize': flagValue('--chunk-size', flags['chunk-size']),
      'backfill.maxMinutes': flagValue('--max-minutes', flags['max-minutes']),
      'backfill.only': flagValue('--only', flags.only),
      'backfill.reserve': flagValue('--reserve', flags.reserve),
    };
    return await this.settings(given);
  }

  protected async inputs(
    repository: string,
    flags: RunFlags,
    { values }: ResolvedConfig,
    choice: RunChoice,
  ): Promise<BackfillInputs> {
    const [{ parseRepositoryName }, { childKinds }, { parseSince }] = await Promise.all([
      import('../lib/github/repository/repository-name.ts'),
      import('../lib/backfill/kinds.ts'),
      import('../lib/backfill/plan/since.ts'),
    ]);
    const waits = (flags['on-limit'] ?? (this.io.isLive ? 'wait' : 'pause')) === 'wait';
    return {
      repository: parseRepositoryName(repository),
      kinds: childKinds(values.backfill.only),
      since: flags.since ? parseSince(flags.since, this.clock.now()) : undefined,
      chunkSize: values.backfill.chunkSize,
      maxChunks: flags['max-chunks'],
      maxMinutes: values.backfill.maxMinutes,
      leaseMs: values.backfill.leaseSeconds * 1_000,
      maxWaitMs: waits ? Number.POSITIVE_INFINITY : SHORT_WAIT_MS,
      ...choice,
    };
  }

  /** Runs a backfill, shows it, says what to type next, and sets the exit code by how it ended. */
  protected async capture(repository: string, flags: RunFlags, choice: RunChoice): Promise<BackfillResult> {
    const { exitCodeOf, nextCommands } = await import('../lib/backfill/verdict.ts');
    const result = await this.runBackfill(repository, flags, choice, async (_, ended) => ended);
    process.exitCode = exitCodeOf(result);
    for (const command of nextCommands(result, this.#commandToRepeat(repository, result.repository))) {
      this.tell(`Next: ${command}`);
    }
    return result;
  }

  /** Runs a backfill, shows it, and concludes while the store is still open. */
  protected async runBackfill<Conclusion>(
    repository: string,
    flags: RunFlags,
    choice: RunChoice,
    conclude: (opened: OpenedStore, result: BackfillResult) => Promise<Conclusion>,
  ): Promise<Conclusion> {
    keepHeapSmall();
    const settings = await this.runSettings(flags);
    const inputs = await this.inputs(repository, flags, settings, choice);
    // Before the store is opened: without a token nothing is created.
    const connectGitHub = await this.gitHubConnector(settings, inputs.maxWaitMs);
    const [{ backfill }, { hasStore }] = await Promise.all([
      import('../lib/backfill/backfill.ts'),
      import('../lib/store/store.ts'),
    ]);
    if (!(await hasStore(settings.values.store))) {
      // Nor for a repository that is not there, or a token that GitHub does not accept.
      const { resolveRepository } = await import('../lib/backfill/plan/repository.ts');
      await resolveRepository(connectGitHub({}), inputs.repository, this.signal);
    }
    return await this.withStore(settings, { mustExist: false }, async (opened) => {
      const capabilities = await this.capabilities(settings, opened, inputs.maxWaitMs);
      return await conclude(opened, await this.present(backfill(capabilities, inputs), flags));
    });
  }

  /** What the workflow of the backfill is started with. */
  protected remoteLine(
    inputs: BackfillInputs,
    { values }: ResolvedConfig,
    flags: { readonly workers: number | undefined; readonly generation?: number },
  ): CommandLine {
    const { owner, name } = inputs.repository;
    return {
      args: { repository: `${owner}/${name}` },
      // A moment, not a distance: the run may start late, and its continuations do.
      flags: { ...flags, since: inputs.since?.toISOString() },
      settings: {
        'backfill.chunkSize': inputs.chunkSize,
        'backfill.maxMinutes': inputs.maxMinutes,
        'backfill.only': values.backfill.only,
      },
    };
  }

  /** What was typed, under the repository's name of today, as it can be typed again to go on. */
  #commandToRepeat(typed: string, repository: string): string {
    const flags = this.argv.filter((word) => word !== typed && word !== '--fresh');
    const command = `${this.config.bin} ${(this.id ?? '').replaceAll(':', ' ')}`;
    return [command, repository, ...flags.map(shellWord)].join(' ');
  }
}

interface RunChoice {
  readonly fresh: boolean;
  readonly liftPause: boolean;
  readonly planOnly?: boolean;
}
