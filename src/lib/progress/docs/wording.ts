import {
  formatBytes,
  formatClockTime,
  formatCount,
  formatEstimate,
  formatIdentifier,
  formatQuantity,
} from '../format.ts';
import type { Tone } from '../palette.ts';
import { sanitize } from '../sanitize.ts';
import type { PageFailure, ScrapeMode, SlotState } from './events.ts';
import { type DocsView, docsFiguresOf, finishedSlots } from './view.ts';

/** The states of slots in the order of interest. */
export const SLOT_STATES: readonly SlotState[] = ['scraped', 'unchanged', 'skipped', 'stale', 'failed'];

export const SLOT_STATE_TONES: Readonly<Record<SlotState, Tone>> = {
  scraped: 'good',
  unchanged: 'plain',
  skipped: 'plain',
  stale: 'warning',
  failed: 'bad',
};

/** How many libraries are in which state: `12 scraped, 90 unchanged, 1 stale`. Empty where none is in any. */
export function describeSlotStates(slots: DocsView['slots'], separator = ', '): string {
  return SLOT_STATES.filter((state) => slots[state] > 0)
    .map((state) => `${formatCount(slots[state])} ${state}`)
    .join(separator);
}

/** How far a scrape is, in words: `104 of 253 libraries, 765 of 1,858 pages`. */
export function describeScrapeCounts(view: DocsView): string {
  const { slots, pages, mode } = view.started;
  const ofPages = `${formatCount(view.handled)} of ${formatQuantity(pages, 'page')}`;
  if (mode === 'check') return `${ofPages} checked`;
  return `${formatCount(finishedSlots(view))} of ${formatQuantity(slots, 'library', 'libraries')}, ${ofPages}`;
}

/** A scrape in one line: counts, states, speed and time left as far as they are known. */
export function describeScrape(view: DocsView, now: number): string {
  const { pagesPerSecond, remainingMs } = docsFiguresOf(view, now);
  const parts = [describeScrapeCounts(view)];
  const states = describeSlotStates(view.slots);
  if (states !== '') parts.push(states);
  if (view.documents.embedded > 0) parts.push(`${formatQuantity(view.documents.embedded, 'document')} embedded`);
  if (pagesPerSecond !== undefined) parts.push(`${formatPerSecond(pagesPerSecond)} pages a second`);
  if (remainingMs !== undefined && remainingMs > 0) parts.push(`about ${formatEstimate(remainingMs)} left`);
  return parts.join(', ');
}

/** The slots under way, for when nothing else has been said in a while. */
export function describeRunning({ running }: DocsView, named: number): string {
  const names = running.slice(0, named).map(({ slot }) => sanitize(slot));
  const more = running.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
}

/** What was fetched: `700 fetched (23 MB), 60 unchanged, 5 failed`; of a check what was found. */
export function describePages(
  { fetched, unchanged, checked, failed, bytes }: DocsView['pages'],
  mode: ScrapeMode,
  separator = ', ',
): string {
  const parts = [
    mode === 'check' ? `${formatCount(checked)} found` : `${formatCount(fetched)} fetched (${formatBytes(bytes)})`,
    ...(unchanged > 0 ? [`${formatCount(unchanged)} unchanged`] : []),
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
  ];
  return parts.join(separator);
}

/** A host that is waited for: `api.github.com until 14:06 (retry after)`. */
export function describeHostWait({ host, reason, until }: DocsView['hosts'][number], now: number): string {
  return `${sanitize(host)} until ${formatClockTime(until, now)} (${formatIdentifier(sanitize(reason))})`;
}

/** A page that could not be had, with its address. */
export function describePageFailure({ url, message }: PageFailure): string {
  const address = sanitize(url);
  const words = sanitize(message);
  return words.includes(address) ? words : `${address}: ${words}`;
}

/** A rate a second: whole numbers from 10 on, one decimal below. */
export function formatPerSecond(perSecond: number): string {
  return perSecond >= 10 ? formatCount(perSecond) : perSecond.toFixed(1);
}
