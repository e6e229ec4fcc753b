import { boolean, string } from '@oclif/core/flags';
import { CacheCommand } from '../../cli/cache-command.ts';
import type { RemoteDryRun, RemoteResult } from '../../cli/remote-command.ts';
import { REMOTE_FLAGS } from '../../cli/remote-flags.ts';
import type { ResolvedConfig } from '../../lib/config/resolve.ts';
import { OperatorError } from '../../lib/errors.ts';
import { EXIT, EXITS_WITHOUT_LIMIT } from '../../lib/exit-codes.ts';
import type { RefreshResult } from '../../lib/installs/refresh/refresh.ts';
import type { RestoreResult } from '../../lib/installs/reseed/restore.ts';

export default class CacheReseed extends CacheCommand {
  static override summary = 'Restore the installs cache from its history in git';
  static override description =
    'Reads every revision of the cache file and of its ledger on all refs and in the reflog, takes the best evidence for every single counter, shows where each comes from and which days are gone for good, and asks. Then it writes the ledger and the cache file, and adds by a refresh the days that GitHub still tells. No counter is ever lowered; a second reseed has nothing to do.';
  static override examples = [
    { description: 'See what can be restored', command: '<%= config.bin %> cache reseed --dry-run' },
    { description: 'Restore it without being asked', command: '<%= config.bin %> cache reseed --yes' },
    { description: 'On GitHub Actions, with a pull request', command: '<%= config.bin %> cache reseed --remote' },
    { description: 'From one revision', command: '<%= config.bin %> cache reseed --from 35cd32b --yes' },
  ];
  static override exitCodes = EXITS_WITHOUT_LIMIT;
  static override flags = {
    from: string({ summary: 'Restore from this revision only, instead of the whole history.', helpValue: 'REV' }),
    'dry-run': boolean({ summary: 'Show the plan, without writing.' }),
    refresh: boolean({ summary: 'Fetch what is new afterwards.', default: true, allowNo: true }),
    yes: boolean({ char: 'y', summary: 'Do not ask.' }),
    ...REMOTE_FLAGS,
  };

  async run(): Promise<RestoreResult | RemoteResult | RemoteDryRun> {
    const { flags, metadata } = await this.parse(CacheReseed);
    if (flags.remote) return await this.runOrPlanRemotely({ flags: { ...flags, yes: undefined }, metadata });
    const settings = await this.settings();
    const { cache } = settings.values.installs;
    const { restore } = await import('../../lib/installs/reseed/restore.ts');
    const { clock, signal } = this;
    return await restore(
      {
        clock,
        signal,
        say: (line) => this.log(line),
        onWait: () => this.tell(`another refresh is at work on ${cache}: waiting`),
        confirm: async () => flags.yes || (await this.#isWanted(cache)),
        refresh: async () => (flags.refresh ? await this.#refresh(settings, flags) : null),
      },
      { cache, from: flags.from, dryRun: flags['dry-run'] },
    );
  }

  /** @throws OperatorError `not_confirmed` where nobody can be asked */
  async #isWanted(cache: string): Promise<boolean> {
    if (!this.io.canPrompt || this.jsonEnabled()) {
      throw new OperatorError('nothing was written: a reseed has to be confirmed', {
        code: 'not_confirmed',
        exitCode: EXIT.usage,
        nextSteps: ['capture-cli cache reseed --yes', 'or see the plan only: capture-cli cache reseed --dry-run'],
      });
    }
    const { confirm } = await import('../../lib/confirm.ts');
    if (await confirm(this.io, `Restore ${cache}?`, true)) return true;
    this.log('Nothing was written.');
    return false;
  }

  /** Null where nothing is configured to be counted. */
  async #refresh(
    settings: ResolvedConfig,
    flags: { readonly jsonl: boolean; readonly plain: boolean },
  ): Promise<RefreshResult | null> {
    try {
      return await this.refresh(settings, { init: false, dryRun: false }, flags);
    } catch (thrown) {
      if (!(thrown instanceof OperatorError) || thrown.code !== 'installs_not_configured') throw thrown;
      this.warn(`${thrown.message}; ${thrown.nextSteps[0]}`);
      return null;
    }
  }
}
