import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import type { ResolvedConfig } from '../lib/config/resolve.ts';
import type { ScrapeInputs } from '../lib/docs/scrape/inputs.ts';
import type { Slot } from '../lib/docs/slot.ts';
import { artifactsFlag, fromHere, libFlag, registryFlag, versionFlag } from './docs-flags.ts';

const DAY_MS = 86_400_000;

/** The flags of a scrape that is done here. */
export const SCRAPE_FLAGS = {
  registry: registryFlag,
  lib: libFlag,
  version: versionFlag,
  artifacts: artifactsFlag,
  embedder: Flags.string({ summary: 'What embeds: use-lite, nomic or openai (docs.embedder).', helpValue: 'NAME' }),
  force: Flags.boolean({
    summary: 'Fetch, cut and embed everything anew, changed or not; with --remote, also what is in the cache.',
  }),
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
};

export type ScrapeFlags = InferredFlags<typeof SCRAPE_FLAGS>;

/**
 * What a scrape is to do.
 * @throws OperatorError `parallel_invalid`, exit 2
 */
export async function scrapeInputs(
  slots: readonly Slot[],
  { values }: Pick<ResolvedConfig, 'values'>,
  flags: ScrapeFlags,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<ScrapeInputs> {
  const { parallelism } = await import('../lib/docs/scrape/parallelism.ts');
  const parallel = parallelism(
    {
      'github-md': flags['parallel-github-md'],
      godoc: flags['parallel-godoc'],
      'scrape-via-agent': flags['parallel-scrape-via-agent'],
    },
    env,
  );
  return {
    registry: fromHere(values.docs.registry),
    slots,
    artifacts: fromHere(values.docs.artifacts),
    parallel,
    force: flags.force,
    freshMs: (flags['since-days'] ?? 0) * DAY_MS,
    maxShrink: flags['force-shrink'] ? undefined : flags['max-shrink'] / 100,
    writeRunStatus: flags['run-status'],
  };
}
