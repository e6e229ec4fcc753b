import { EXIT, type ExitCode } from '../../exit-codes.ts';
import type { SlotState } from '../../progress/docs/events.ts';
import type { UrlCheck } from './check-urls.ts';
import type { ScrapeResult } from './inputs.ts';

/** Commands that say next what to do about each failed library; beyond so many, one for all. */
const NAMED_LIBRARIES = 3;

/** The exit code of a scrape, by how its libraries came out. */
export function exitCodeOf(counts: Readonly<Record<SlotState, number>>): ExitCode {
  return counts.stale + counts.failed > 0 ? EXIT.partial : EXIT.done;
}

/** The exit code of a look for dead addresses. */
export function exitCodeOfCheck({ dead }: Pick<UrlCheck, 'dead'>): ExitCode {
  return dead.length > 0 ? EXIT.partial : EXIT.done;
}

/** What to type after a scrape, if anything: `again` is the command that was typed. */
export function nextCommands({ slots }: Pick<ScrapeResult, 'slots'>, again: string): readonly string[] {
  const failed = slots.filter(({ state }) => state === 'stale' || state === 'failed');
  if (failed.length === 0) return [];
  if (failed.length > NAMED_LIBRARIES) return ['capture-cli scrape --check-urls', again];
  const names = failed.map(({ libId, version }) => (version === '' ? libId : `${libId}/${version}`));
  return [
    ...names.map((name) => `capture-cli scrape ${name} --check-urls`),
    ...names.map((name) => `capture-cli scrape ${name}`),
  ];
}
