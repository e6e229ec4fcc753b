import { resolve } from 'node:path';
import { boolean, string } from '@oclif/core/flags';
import { CacheCommand } from '../../cli/cache-command.ts';
import type { RemoteDryRun, RemoteResult } from '../../cli/remote-command.ts';
import { REMOTE_FLAGS } from '../../cli/remote-flags.ts';
import { EXITS_WITHOUT_LIMIT } from '../../lib/exit-codes.ts';
import type { RefreshResult } from '../../lib/installs/refresh/refresh.ts';

export default class CacheRefresh extends CacheCommand {
  static override summary = 'Fetch the counters of installs and clones, and keep what their sources will forget';
  static override description =
    'Asks npm, PyPI, crates.io and GitHub for what is new, adds it to the ledger beside the cache file, and writes the cache file when a number in it changed. A source that fails neither lowers nor hides another: the command then exits with 68. Without a GitHub token, clones, views and releases are left as they are. A cache file that is gone or cannot be read is never begun anew: `cache reseed` restores it.';
  static override examples = [
    { description: 'See what is new', command: '<%= config.bin %> cache refresh --dry-run' },
    { description: 'Begin a cache', command: '<%= config.bin %> cache refresh --init' },
    {
      description: 'With badges and a file for a website',
      command: '<%= config.bin %> cache refresh --shields badges --public public/installs.json',
    },
  ];
  static override exitCodes = EXITS_WITHOUT_LIMIT;
  static override flags = {
    init: boolean({ summary: 'Begin a cache where there is none and never was one.' }),
    'dry-run': boolean({ summary: 'Fetch everything and say what would change, without writing.' }),
    shields: string({ summary: 'Write endpoint files for badges of shields.io into this folder.', helpValue: 'DIR' }),
    public: string({ summary: 'Write total, clones and their time into this file.', helpValue: 'FILE' }),
    ...REMOTE_FLAGS,
  };

  async run(): Promise<RefreshResult | RemoteResult | RemoteDryRun> {
    const { flags, metadata } = await this.parse(CacheRefresh);
    if (flags.remote) return await this.runOrPlanRemotely({ flags, metadata });
    const settings = await this.settings();
    return await this.refresh(
      settings,
      {
        init: flags.init,
        dryRun: flags['dry-run'],
        ...(flags.shields === undefined ? {} : { shields: resolve(flags.shields) }),
        ...(flags.public === undefined ? {} : { publicFile: resolve(flags.public) }),
      },
      flags,
    );
  }
}
