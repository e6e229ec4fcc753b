import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import { DocsCommand, oneLibrary } from '../cli/docs-command.ts';
import { artifactsFlag, flagValue, fromHere, libFlag, registryFlag, versionFlag } from '../cli/docs-flags.ts';
import type { RemoteDryRun, RemoteResult } from '../cli/remote-command.ts';
import { REMOTE_FLAGS, remoteDryRunFlag } from '../cli/remote-flags.ts';
import type { ResolvedConfig } from '../lib/config/resolve.ts';
import type { UrlCheck } from '../lib/docs/scrape/check-urls.ts';
import type { ScrapeInputs, ScrapeResult } from '../lib/docs/scrape/inputs.ts';
import { type Slot, slotName } from '../lib/docs/slot.ts';
import { EXIT } from '../lib/exit-codes.ts';

const DAY_MS = 86_400_000;

export default class Scrape extends DocsCommand {
  static override summary = 'Fetch the documentation of the libraries, cut it into sections and embed them';
  static override description =
    `Each library becomes one artifact in the folder of artifacts. An artifact is replaced by a complete one only: where a page cannot be had, the last good one stays and the library is stale, or failed where there is none. Running it again fetches only what changed: an unchanged page costs one conditional request, an unchanged section keeps its vector. It can be stopped at any moment; finished libraries stay.

Exits with 68 when a library is stale or failed, or with --check-urls when an address is dead.`;
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
  static override exitCodes = [
    EXIT.done,
    EXIT.failed,
    EXIT.usage,
    EXIT.auth,
    EXIT.partial,
    EXIT.rateLimited,
    EXIT.interrupted,
  ];
  static override args = {
    library: Args.string({ description: '/org/project or /org/project/1.14; without it, all of them' }),
  };
  static override flags = {
    registry: registryFlag,
    lib: libFlag,
    version: versionFlag,
    artifacts: artifactsFlag,
    embedder: Flags.string({ summary: 'What embeds: use-lite, nomic or openai (docs.embedder).', helpValue: 'NAME' }),
    force: Flags.boolean({ summary: 'Fetch, cut and embed everything anew, changed or not.' }),
    'check-urls': Flags.boolean({
      summary: 'Ask every host whether it has the pages; fetch and write nothing.',
      exclusive: ['force', 'since-days', 'force-shrink', 'run-status'],
    }),
    'since-days': Flags.integer({
      summary: 'Leave libraries alone that were checked less than this many days ago.',
      min: 1,
      helpValue: 'N',
    }),
    'max-shrink': Flags.integer({
      summary: 'Percentage of its documents that a library may lose before it counts as stale.',
      min: 0,
      max: 100,
      default: 20,
      helpValue: 'N',
    }),
    'force-shrink': Flags.boolean({ summary: 'Let libraries lose any number of documents.' }),
    'parallel-github-md': Flags.integer({
      summary: 'Libraries in Markdown, and as many in reStructuredText, at the same time; 4 by default.',
      helpValue: 'N',
    }),
    'parallel-godoc': Flags.integer({ summary: 'Go packages at the same time; 2 by default.', helpValue: 'N' }),
    'parallel-scrape-via-agent': Flags.integer({
      summary: 'Libraries that go through the agent at the same time; 1 by default.',
      helpValue: 'N',
    }),
    'run-status': Flags.boolean({
      summary: 'Write `scraped` or `cached` into .run_status of each artifact, for the summary of a workflow.',
    }),
    'dry-run': remoteDryRunFlag,
    ...REMOTE_FLAGS,
  };

  async run(): Promise<ScrapeResult | UrlCheck | RemoteResult | RemoteDryRun> {
    const { args, flags, metadata } = await this.parse(Scrape);
    if (flags.remote) {
      const { lib, version, ...others } = flags;
      const named = oneLibrary(args.library, lib);
      const slot = named && version ? `${named}/${version}` : named;
      return await this.runOrPlanRemotely({ flags: { ...others, lib: slot }, metadata });
    }
    const settings = await this.settings({
      'docs.registry': flagValue('--registry', flags.registry),
      'docs.artifacts': flagValue('--artifacts', flags.artifacts),
      'docs.embedder': flagValue('--embedder', flags.embedder),
    });
    const { chosenRegistry } = await import('../cli/chosen-registry.ts');
    const lib = oneLibrary(args.library, flags.lib);
    const { slots } = await chosenRegistry(settings, { lib, version: flags.version });
    return flags['check-urls'] ? await this.#check(slots, settings, flags) : await this.#scrape(slots, settings, flags);
  }

  async #check(slots: readonly Slot[], settings: ResolvedConfig, flags: ScrapeFlags): Promise<UrlCheck> {
    const [{ checkUrls }, { exitCodeOfCheck }, connect, sources] = await Promise.all([
      import('../lib/docs/scrape/check-urls.ts'),
      import('../lib/docs/scrape/verdict.ts'),
      this.pageFetchers(settings),
      this.goSources(slots, settings),
    ]);
    const capabilities = { clock: this.clock, signal: this.signal, connect, sources };
    const { registry, artifacts } = settings.values.docs;
    const result = await this.present(
      checkUrls(capabilities, { registry: fromHere(registry), artifacts, slots }),
      flags,
    );
    process.exitCode = exitCodeOfCheck(result);
    for (const page of result.dead) this.log(`${slotName(page)}  ${page.reason}  ${page.url}`);
    return result;
  }

  async #scrape(slots: readonly Slot[], settings: ResolvedConfig, flags: ScrapeFlags): Promise<ScrapeResult> {
    const [{ scrape }, { exitCodeOf, nextCommands }, { withEmbedder }, connect, sources] = await Promise.all([
      import('../lib/docs/scrape/scrape.ts'),
      import('../lib/docs/scrape/verdict.ts'),
      import('../cli/with-embedder.ts'),
      this.pageFetchers(settings),
      this.goSources(slots, settings),
    ]);
    const [inputs, agent] = await Promise.all([this.#inputs(slots, settings, flags), this.agent(slots)]);
    const outside = { env: this.io.env, clock: this.clock, fetch: globalThis.fetch, signal: this.signal };
    return await withEmbedder(settings, outside, async (embedder) => {
      const capabilities = { clock: this.clock, signal: this.signal, connect, embedder, sources, agent };
      const result = await this.present(scrape(capabilities, inputs), flags);
      process.exitCode = exitCodeOf(result.counts);
      for (const command of nextCommands(result, `${this.config.bin} scrape`)) this.tell(`Next: ${command}`);
      return result;
    });
  }

  protected override localStoppingWords(): string {
    return 'Stopping: libraries under way stay as they were. Press Ctrl-C again to stop at once.';
  }

  async #inputs(slots: readonly Slot[], { values }: ResolvedConfig, flags: ScrapeFlags): Promise<ScrapeInputs> {
    const { parallelism } = await import('../lib/docs/scrape/parallelism.ts');
    const parallel = parallelism(
      {
        'github-md': flags['parallel-github-md'],
        godoc: flags['parallel-godoc'],
        'scrape-via-agent': flags['parallel-scrape-via-agent'],
      },
      this.io.env,
    );
    return {
      registry: fromHere(values.docs.registry),
      slots,
      artifacts: values.docs.artifacts,
      parallel,
      force: flags.force,
      freshMs: (flags['since-days'] ?? 0) * DAY_MS,
      maxShrink: flags['force-shrink'] ? undefined : flags['max-shrink'] / 100,
      writeRunStatus: flags['run-status'],
    };
  }
}

type ScrapeFlags = InferredFlags<typeof Scrape.flags & typeof Scrape.baseFlags>;
