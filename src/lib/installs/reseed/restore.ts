import type { RefreshResult } from '../refresh/refresh.ts';
import { planLines } from './report.ts';
import { type PreparedReseed, prepareReseed, type ReseedCapabilities, reseed } from './reseed.ts';
import { type ReseedSources, readReseedSources } from './sources.ts';

export interface RestoreCapabilities extends ReseedCapabilities {
  /** Shows one line to the operator. */
  readonly say: (line: string) => void;
  /** Whether the operator wants the plan that was shown. */
  readonly confirm: () => Promise<boolean>;
  /** Adds what is new afterwards; null where nothing could be fetched. */
  readonly refresh: () => Promise<RefreshResult | null>;
}

export interface RestoreInputs {
  readonly cache: string;
  /** Restore from this revision only. */
  readonly from: string | undefined;
  readonly dryRun: boolean;
}

export interface RestoreResult
  extends Pick<PreparedReseed, 'counters' | 'before' | 'after' | 'lost'>,
    Pick<ReseedSources, 'generations' | 'revisions'> {
  readonly cache: string;
  /** Lines that were added to the ledger, or would be. */
  readonly entries: number;
  readonly outcome: 'restored' | 'nothing_to_do' | 'planned' | 'declined';
  /** Null where nothing was fetched afterwards. */
  readonly refreshed: RefreshResult | null;
}

/**
 * Restores the cache from its history: shows the plan, asks, writes, and fetches what is new. What was written stays,
 * whatever becomes of the fetching.
 *
 * @throws OperatorError as `readReseedSources`, `reseed`, `confirm` and `refresh` do
 */
export async function restore(capabilities: RestoreCapabilities, inputs: RestoreInputs): Promise<RestoreResult> {
  const { clock, signal, say } = capabilities;
  const { cache, from, dryRun } = inputs;
  const sources = await readReseedSources(cache, { from, signal });
  const plan = await prepareReseed(cache, sources, clock);
  for (const line of planLines(sources, plan)) say(line);
  const outcome = await carryOut(plan, sources, capabilities, inputs);
  const isWritten = outcome === 'restored' || (outcome === 'nothing_to_do' && !dryRun);
  const { counters, before, after, lost, entries } = plan;
  const { generations, revisions } = sources;
  return {
    cache,
    outcome,
    revisions,
    generations,
    counters,
    lost,
    before,
    after,
    entries: entries.length,
    refreshed: isWritten ? await capabilities.refresh() : null,
  };
}

async function carryOut(
  plan: PreparedReseed,
  sources: ReseedSources,
  capabilities: RestoreCapabilities,
  { cache, dryRun }: RestoreInputs,
): Promise<RestoreResult['outcome']> {
  const { say, confirm } = capabilities;
  if (!plan.isNeeded) {
    say(`nothing to do: ${cache} has everything that its history knows`);
    return 'nothing_to_do';
  }
  if (dryRun) return 'planned';
  if (!(await confirm())) return 'declined';
  await reseed(capabilities, cache, sources);
  say(`restored ${cache}`);
  return 'restored';
}
