import { EXIT, type ExitCode } from '../../exit-codes.ts';
import type { PageFailure } from '../../progress/docs/events.ts';
import { slotArgument } from '../slot.ts';
import type { UrlCheck } from './check-urls.ts';
import type { ScrapeResult, SlotResult } from './inputs.ts';

/** Commands that say next what to do about each failed library; beyond so many, one for all. */
const NAMED_LIBRARIES = 3;

/**
 * The exit code of a scrape, by how its libraries came out: `partial` when some are stale or failed, and `rateLimited`
 * when all of them are, for no other reason than the limits of their hosts.
 */
export function exitCodeOf({ slots }: Pick<ScrapeResult, 'slots'>): ExitCode {
  const incomplete = slots.filter(isIncomplete);
  if (incomplete.length === 0) return EXIT.done;
  const isLimited = incomplete.length === slots.length && slots.every(({ failedPages }) => areRateLimited(failedPages));
  return isLimited ? EXIT.rateLimited : EXIT.partial;
}

/** The exit code of a look for dead addresses; `rateLimited` when nothing is known of those that did not answer. */
export function exitCodeOfCheck({ dead }: Pick<UrlCheck, 'dead'>): ExitCode {
  if (dead.length === 0) return EXIT.done;
  return areRateLimited(dead) ? EXIT.rateLimited : EXIT.partial;
}

/**
 * What to type after a scrape, if anything. Addresses are worth a look where pages are missing that are not merely held
 * back by a rate limit.
 *
 * @param again the command that was typed, with the library that it named
 * @param options those of its options that make it find the same files, each with a blank before it
 */
export function nextCommands(
  { slots }: Pick<ScrapeResult, 'slots'>,
  again: string,
  options: string,
): readonly string[] {
  const incomplete = slots.filter(isIncomplete);
  if (incomplete.length === 0) return [];
  const doubtful = incomplete.filter(({ failedPages }) => failedPages.length > 0 && !areRateLimited(failedPages));
  if (incomplete.length > NAMED_LIBRARIES) {
    const check = doubtful.length > 0 ? [`${again} --check-urls${options}`] : [];
    return [...check, `${again}${options}`];
  }
  return [
    ...doubtful.map((slot) => `capture-cli scrape ${slotArgument(slot)} --check-urls${options}`),
    ...incomplete.map((slot) => `capture-cli scrape ${slotArgument(slot)}${options}`),
  ];
}

function isIncomplete({ state }: SlotResult): boolean {
  return state === 'stale' || state === 'failed';
}

function areRateLimited(pages: readonly PageFailure[]): boolean {
  return pages.length > 0 && pages.every(({ reason }) => reason === 'rate_limited');
}
