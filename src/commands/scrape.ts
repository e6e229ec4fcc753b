import * as Args from '@oclif/core/args';
import type { InferredFlags } from '@oclif/core/interfaces';
import { DocsCommand, oneLibrary } from '../cli/docs-command.ts';
import { fromHere, typedPlaces } from '../cli/docs-flags.ts';
import { flagValue } from '../cli/flag-value.ts';
import type { RemoteDryRun, RemoteResult } from '../cli/remote-command.ts';
import { REMOTE_FLAGS, remoteDryRunFlag } from '../cli/remote-flags.ts';
import { SCRAPE_FLAGS, scrapeInputs } from '../cli/scrape-flags.ts';
import type { ResolvedConfig } from '../lib/config/resolve.ts';
import type { UrlCheck } from '../lib/docs/scrape/check-urls.ts';
import type { ScrapeResult } from '../lib/docs/scrape/inputs.ts';
import { type Slot, slotName } from '../lib/docs/slot.ts';
import { EXITS_WITHOUT_LIMIT } from '../lib/exit-codes.ts';

export default class Scrape extends DocsCommand {
  static override summary = 'Fetch the documentation of the libraries, cut it into sections and embed them';
  static override description =
    `Each library becomes one artifact in the folder of artifacts. An artifact is replaced by a complete one only: where a page cannot be had, the last good one stays and the library is stale, or failed where there is none. Running it again fetches only what changed: an unchanged page costs one conditional request, an unchanged section keeps its vector. It can be stopped at any moment; finished libraries stay.

Exits with 68 when a library is stale or failed, or with --check-urls when an address is dead; with 75 when all that is wrong is that hosts limit how often they may be asked.`;
  static override examples = [
    { description: 'Every library of the registry', command: '<%= config.bin %> scrape' },
    { description: 'One version of one library', command: '<%= config.bin %> scrape /org/project/1.14' },
    { description: 'Look for dead addresses; write nothing', command: '<%= config.bin %> scrape --check-urls' },
    { description: 'Only what was not checked in the last week', command: '<%= config.bin %> scrape --since-days 7' },
    {
      description: 'On GitHub Actions: what is not in its cache, and a database of all',
      command: '<%= config.bin %> scrape --remote',
    },
    { description: 'For a program', command: '<%= config.bin %> scrape --json' },
  ];
  static override exitCodes = EXITS_WITHOUT_LIMIT;
  static override args = {
    library: Args.string({ description: '/org/project or /org/project/1.14; without it, all of them' }),
  };
  static override flags = {
    ...SCRAPE_FLAGS,
    'dry-run': remoteDryRunFlag,
    ...REMOTE_FLAGS,
  };

  async run(): Promise<ScrapeResult | UrlCheck | RemoteResult | RemoteDryRun> {
    const { args, flags, metadata } = await this.parse(Scrape);
    const { version, ...others } = flags;
    const lib = oneLibrary(args.library, flags.lib);
    const named = lib && version ? `${lib}/${version}` : lib;
    if (flags.remote) return await this.runOrPlanRemotely({ flags: { ...others, lib: named }, metadata });
    const settings = await this.settings({
      'docs.registry': flagValue('--registry', flags.registry),
      'docs.artifacts': flagValue('--artifacts', flags.artifacts),
      'docs.embedder': flagValue('--embedder', flags.embedder),
    });
    const { chosenRegistry } = await import('../cli/chosen-registry.ts');
    const { slots } = await chosenRegistry(settings, { lib, version });
    if (flags['check-urls']) return await this.#check(slots, settings, flags);
    const typed = [this.config.bin, 'scrape', ...(named ? [named] : [])].join(' ');
    return await this.#scrape(slots, settings, flags, typed);
  }

  async #check(slots: readonly Slot[], settings: ResolvedConfig, flags: AllFlags): Promise<UrlCheck> {
    const [{ checkUrls }, { exitCodeOfCheck }, connect, sources] = await Promise.all([
      import('../lib/docs/scrape/check-urls.ts'),
      import('../lib/docs/scrape/verdict.ts'),
      this.pageFetchers(settings),
      this.goSources(slots, settings),
    ]);
    const capabilities = { clock: this.clock, signal: this.signal, connect, sources };
    const { registry, artifacts } = settings.values.docs;
    const inputs = { registry: fromHere(registry), artifacts: fromHere(artifacts), slots };
    const result = await this.present(checkUrls(capabilities, inputs), flags);
    process.exitCode = exitCodeOfCheck(result);
    for (const page of result.dead) this.log(`${slotName(page)}  ${page.reason}  ${page.url}`);
    return result;
  }

  async #scrape(
    slots: readonly Slot[],
    settings: ResolvedConfig,
    flags: AllFlags,
    typed: string,
  ): Promise<ScrapeResult> {
    const [{ scrape }, { exitCodeOf, nextCommands }, { withEmbedder }, connect, sources] = await Promise.all([
      import('../lib/docs/scrape/scrape.ts'),
      import('../lib/docs/scrape/verdict.ts'),
      import('../cli/with-embedder.ts'),
      this.pageFetchers(settings),
      this.goSources(slots, settings),
    ]);
    const [inputs, agent] = await Promise.all([scrapeInputs(slots, settings, flags, this.io.env), this.agent(slots)]);
    const outside = { env: this.io.env, clock: this.clock, fetch: globalThis.fetch, signal: this.signal };
    return await withEmbedder(settings, outside, async (embedder) => {
      const capabilities = { clock: this.clock, signal: this.signal, connect, embedder, sources, agent };
      const result = await this.present(scrape(capabilities, inputs), flags);
      process.exitCode = exitCodeOf(result);
      for (const command of nextCommands(result, typed, typedPlaces(flags))) this.tell(`Next: ${command}`);
      return result;
    });
  }

  protected override localStoppingWords(): string {
    return 'Stopping: libraries under way stay as they were. Press Ctrl-C again to stop at once.';
  }
}

type AllFlags = InferredFlags<typeof Scrape.flags & typeof Scrape.baseFlags>;
