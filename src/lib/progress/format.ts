/** Quantities and times as people read them. Everything here is pure; clock times are in the process's time zone. */

/** Shown where a figure is not known. */
export const UNKNOWN = '—';

const COUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A count with thousands separators: `12,345`. */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** `1 pull request`, `2 pull requests`. `many` is the plural where an added `s` is not it. */
export function formatQuantity(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/**
 * A length of time in its two largest units: `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. Milliseconds in;
 * fractions of a second are dropped, negative times are `0 s`.
 */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return join(days, 'd', hours % 24, 'h');
  if (hours > 0) return join(hours, 'h', minutes % 60, 'min');
  if (minutes > 0) return join(minutes, 'min', seconds % 60, 's');
  return `${seconds} s`;
}

/** Like {@link formatDuration}, in its largest unit alone, rounded to the nearest: `3 min`. */
export function formatDurationBriefly(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}

/** An estimate, no finer than it deserves: to 5 s below a minute, to 10 s below ten minutes, to a minute above. */
export function formatEstimate(ms: number): string {
  const grain = ms < 60_000 ? 5_000 : ms < 600_000 ? 10_000 : 60_000;
  return formatDuration(Math.max(grain, Math.round(ms / grain) * grain));
}

/** A rate a minute: whole numbers from 10 on, one decimal below. */
export function formatRate(perMinute: number | undefined): string {
  if (perMinute === undefined) return UNKNOWN;
  return perMinute >= 10 || perMinute === 0 ? formatCount(perMinute) : perMinute.toFixed(1);
}

/** How long one request or statement took: `12 ms`, `1.2 s`, `1 min 3 s`. */
export function formatLatency(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms);
}

/** The share of `part` in `whole`, rounded down so that only a whole thing is `100%`: `61.7%`. */
export function formatPercent(part: number, whole: number): string {
  if (whole <= 0) return UNKNOWN;
  const tenths = Math.min(1000, Math.max(0, Math.floor((part / whole) * 1000)));
  return tenths === 1000 ? '100%' : `${(tenths / 10).toFixed(1)}%`;
}

/** Local time of day, `14:05`; with the date before it when that is another day than `now`'s: `Nov 22 14:05`. */
export function formatClockTime(at: number, now: number): string {
  const then = new Date(at);
  const time = `${twoDigits(then.getHours())}:${twoDigits(then.getMinutes())}`;
  if (then.toDateString() === new Date(now).toDateString()) return time;
  return `${then.toLocaleDateString('en-US', { month: 'short', day: 'numeric' })} ${time}`;
}

/** A size in decimal units: `812 B`, `1.2 kB`, `23 MB`. One decimal below 10. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const amount = bytes / 1000 ** power;
  return `${power > 0 && amount < 10 ? amount.toFixed(1) : formatCount(amount)} ${units[power]}`;
}

/** `gateway_timeout` as prose: `gateway timeout`. */
export function formatIdentifier(identifier: string): string {
  return identifier.replaceAll('_', ' ');
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
