import { boolean, string } from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { libFlag, registryFlag, versionFlag } from '../cli/docs-flags.ts';
import { flagValue } from '../cli/flag-value.ts';
import type { ResolvedConfig } from '../lib/config/resolve.ts';
import { goJson } from '../lib/docs/go-json.ts';
import type { CacheSignals } from '../lib/docs/registry/cache-signals.ts';
import type { SlotFilter } from '../lib/docs/registry/select-slots.ts';
import type { ListedSlot, SlotBatch } from '../lib/docs/registry/slot-list.ts';
import type { Slot } from '../lib/docs/slot.ts';
import { EXIT } from '../lib/exit-codes.ts';

type Listing = readonly ListedSlot[] | readonly SlotBatch[] | CacheSignals;

export default class List extends BaseCommand {
  static override summary = 'List the libraries of the doc pack, checked, with the hash that decides their artifacts';
  static override description =
    'Reads the registry only; nothing is fetched. A registry with mistakes is refused with every one of them and its place. With --json it prints one line, byte for byte what `deadzone scrape --list` prints.';
  static override examples = [
    { description: 'All libraries', command: '<%= config.bin %> list' },
    {
      description: 'One version of one, for a program',
      command: '<%= config.bin %> list --lib /org/project/1.14 --json',
    },
    {
      description: 'What a change of the registry makes necessary',
      command: '<%= config.bin %> list --changed-since origin/main',
    },
    { description: 'For the matrix of a workflow', command: '<%= config.bin %> list --github-output' },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage];
  static override flags = {
    registry: registryFlag,
    lib: libFlag,
    version: versionFlag,
    'changed-since': string({
      summary: 'Only libraries whose hash differs from the registry of this git revision.',
      helpValue: 'REF',
    }),
    batches: boolean({ summary: 'Print the list in parts of at most 256, which a matrix can hold.' }),
    'github-output': boolean({ summary: 'Also write `libs` and `batches` to the file that GITHUB_OUTPUT names.' }),
    signals: boolean({
      summary: 'Print what cached artifacts depend on beside their hash: schema and embedder.',
      exclusive: ['lib', 'version', 'changed-since', 'batches', 'github-output'],
    }),
    embedder: string({ summary: 'Embedder that --signals is about: use-lite, nomic or openai.', helpValue: 'NAME' }),
  };

  async run(): Promise<Listing> {
    const { flags } = await this.parse(List);
    const settings = await this.settings({
      'docs.registry': flagValue('--registry', flags.registry),
      'docs.embedder': flagValue('--embedder', flags.embedder),
    });
    if (flags.signals) {
      const [{ cacheSignals }, { chosenEmbedder }] = await Promise.all([
        import('../lib/docs/registry/cache-signals.ts'),
        import('../cli/chosen-embedder.ts'),
      ]);
      return this.#print(cacheSignals(chosenEmbedder(settings, this.io.env)));
    }
    const [slots, { batchesOf, listedSlot, slotLine }] = await Promise.all([
      this.#slots(settings, flags),
      import('../lib/docs/registry/slot-list.ts'),
    ]);
    const libs = slots.map(listedSlot);
    if (flags['github-output']) {
      const { appendOutputs } = await import('../cli/github-output.ts');
      await appendOutputs(this.io.env, { libs: goJson(libs), batches: goJson(batchesOf(libs)) });
    }
    if (flags.batches) return this.#print(batchesOf(libs));
    if (this.jsonEnabled()) return libs;
    for (const line of this.io.stdout.isTTY ? await tableOf(slots) : libs.map(slotLine)) this.log(line);
    return libs;
  }

  async #slots(
    settings: ResolvedConfig,
    flags: SlotFilter & { readonly 'changed-since': string | undefined },
  ): Promise<readonly Slot[]> {
    const { chosenRegistry } = await import('../cli/chosen-registry.ts');
    const registry = await chosenRegistry(settings, flags);
    const revision = flags['changed-since'];
    if (!revision) return registry.slots;
    const { changedSlots } = await import('../lib/docs/registry/changed-slots.ts');
    const { slots, incomparable } = await changedSlots(registry, revision);
    if (incomparable !== undefined) this.tell(`All of them count as changed: ${incomparable}`);
    return slots;
  }

  /** Programs of deadzone's users compare these bytes and parse line by line. */
  protected override logJson(json: unknown): void {
    if (json !== null && typeof json === 'object' && 'error' in json) super.logJson(json);
    else this.io.stdout.write(`${goJson(json)}\n`);
  }

  /** A document that has one form only, with or without --json. */
  #print<Document extends Listing>(document: Document): Document {
    if (!this.jsonEnabled()) this.logJson(document);
    return document;
  }
}

/** Loaded on a terminal only: formatting for people takes longer to load than the whole list takes to print. */
async function tableOf(slots: readonly Slot[]): Promise<readonly string[]> {
  const { slotTable } = await import('../lib/docs/registry/slot-table.ts');
  return slotTable(slots);
}
