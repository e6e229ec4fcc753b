import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';

const DAY_MS = 86_400_000;

/**
 * `--since`: a day (`2026-11-01`, its start in UTC), an ISO 8601 time, or a number of days back (`30d`, from the start of that day
 * in UTC, so that the same command goes on with the same backfill the whole day long).
 *
 * @throws OperatorError (exit 2) for anything else, and for the future.
 */
export function parseSince(text: string, now: number): Date {
  const days = /^(\d{1,5})d$/.exec(text.trim())?.[1];
  const time = days === undefined ? isoTime(text.trim()) : Math.floor(now / DAY_MS - Number(days)) * DAY_MS;
  if (time === null || Number.isNaN(time) || time > now) {
    throw new OperatorError(`--since: "${text}" is ${time !== null && time > now ? 'in the future' : 'not a time'}`, {
      code: 'since_invalid',
      exitCode: EXIT.usage,
      nextSteps: ['Write a day (--since 2026-11-01), a time (--since 2026-11-01T12:00:00Z) or days back (--since 30d)'],
    });
  }
  return new Date(time);
}

/** Dates that ECMAScript alone would accept (`1`, `May`) are not meant. */
function isoTime(text: string): number | null {
  return /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : null;
}
