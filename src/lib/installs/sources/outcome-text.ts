import { formatQuantity } from '../../progress/format.ts';
import type { SourceOutcome } from './outcome.ts';

/** What became of one source, in one line. `news`: numbers that it told and the ledger did not know. */
export function outcomeText({ source, state, asOf, error, zeroDays }: SourceOutcome, news: number): string {
  const facts: string[] = [];
  if (state === 'ok' || state === 'partial')
    facts.push(news === 0 ? 'nothing new' : formatQuantity(news, 'new number'));
  if (asOf !== null) facts.push(`up to ${asOf}`);
  if (zeroDays.length > 0) facts.push(`0 for everything on ${zeroDays.join(', ')}, which it has probably lost`);
  if (error !== null) facts.push(error);
  return `${source} ${state}: ${facts.join('; ')}`;
}

/** Whether somebody should look at it. */
export function needsAttention({ state, zeroDays }: SourceOutcome): boolean {
  return state !== 'ok' || zeroDays.length > 0;
}
