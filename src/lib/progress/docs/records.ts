import { formatCount, formatDuration, formatQuantity } from '../format.ts';
import type { Tone } from '../palette.ts';
import type { ProgressRecord } from '../progress-record.ts';
import { sanitize } from '../sanitize.ts';
import type { DocsEvent, PageFailure, SlotFailure } from './events.ts';
import type { FinishedScrape } from './view.ts';
import {
  describeHostWait,
  describePageFailure,
  describePages,
  describeSlotStates,
  SLOT_STATE_TONES,
} from './wording.ts';

/** Failed slots that the end lists, and pages of each; the rest are counted, and `--json` has them all. */
const LISTED_FAILURES = 20;
const LISTED_PAGES = 5;

/** A pause shorter than this, in milliseconds, is not worth a line. */
const NOTEWORTHY_WAIT_MS = 5_000;

/** The record of an event of a scrape, or undefined when it only moves figures. Its end has records of its own. */
export function docsRecordOf(event: DocsEvent, now: number): ProgressRecord | undefined {
  switch (event.event) {
    case 'scrape.started': {
      const slots = formatQuantity(event.slots, 'library', 'libraries');
      const subject = `${slots} of ${sanitize(event.registry)}, ${formatQuantity(event.pages, 'page')}`;
      if (event.mode === 'check') return record('strong', 'checking', subject);
      const embedder = event.embedder === null ? '' : `, embedded with ${sanitize(event.embedder)}`;
      return record('strong', 'scraping', `${subject}, into ${sanitize(event.artifacts)}${embedder}`);
    }
    case 'slot.finished': {
      const { state } = event;
      // Hundreds of libraries are unchanged in an ordinary run: the figures count them.
      if ((state === 'unchanged' || state === 'skipped') && event.reason === null) return undefined;
      const reason = event.reason === null ? '' : `: ${sanitize(event.reason)}`;
      const documents = formatQuantity(event.documents, 'document');
      const isFailure = state === 'stale' || state === 'failed';
      const size = isFailure ? '' : `, ${documents}, ${formatDuration(event.elapsedMs)}`;
      const line = record(SLOT_STATE_TONES[state], state, `${sanitize(event.slot)}${size}${reason}`);
      return isFailure ? { ...line, annotate: true, block: pageLines(event.failedPages) } : line;
    }
    case 'host.waiting':
      return event.until - now < NOTEWORTHY_WAIT_MS
        ? undefined
        : record('warning', 'waiting', describeHostWait(event, now));
    case 'slot.started':
    case 'page.fetched':
    case 'page.unchanged':
    case 'page.checked':
    // Its library says it, once: a host that is down has hundreds of pages.
    case 'page.failed':
    case 'documents.embedded':
    case 'host.resumed':
    case 'scrape.finished':
      return undefined;
  }
}

/** The end of a scrape as records: what it did and took, the failures, then the verdict, which is what stays in sight. */
export function summarizeScrape(end: FinishedScrape): readonly ProgressRecord[] {
  const more = end.failures.length - LISTED_FAILURES;
  const { embedded, kept } = end.embedding;
  const reused = kept > 0 ? `, ${formatCount(kept)} kept their vectors` : '';
  const embedding = `${embedded > 0 ? formatCount(embedded) : 'none'} embedded${reused}`;
  return [
    record('strong', 'pages', describePages(end.pages, end.mode)),
    ...(end.mode === 'check'
      ? []
      : [record('strong', 'documents', `${formatCount(end.documents)} in these artifacts; ${embedding}`)]),
    record('strong', 'took', formatDuration(end.elapsedMs)),
    ...end.failures.slice(0, LISTED_FAILURES).map(failureRecord),
    ...(more > 0 ? [record('bad', 'failed', `and ${formatQuantity(more, 'more library', 'more libraries')}`)] : []),
    verdict(end),
  ];
}

function verdict({ mode, slots, failures, pages }: FinishedScrape): ProgressRecord {
  const tone: Tone = failures.length === 0 ? 'good' : 'warning';
  if (mode === 'scrape') return record(tone, 'done', describeSlotStates(slots) || 'nothing');
  const dead = formatQuantity(pages.failed, 'page');
  return failures.length === 0
    ? record(tone, 'checked', `every page is there (${formatCount(pages.checked)})`)
    : record(tone, 'checked', `${dead} of ${formatQuantity(failures.length, 'library', 'libraries')} cannot be had`);
}

function failureRecord({ slot, state, reason, pages }: SlotFailure): ProgressRecord {
  const line = record(state === 'failed' ? 'bad' : 'warning', state, `${sanitize(slot)}: ${sanitize(reason)}`);
  return { ...line, block: pageLines(pages) };
}

function pageLines(pages: readonly PageFailure[]): readonly string[] {
  const listed = pages.slice(0, LISTED_PAGES).map(describePageFailure);
  const more = pages.length - listed.length;
  return more > 0 ? [...listed, `and ${formatQuantity(more, 'more page')}`] : listed;
}

function record(tone: Tone, label: string, text: string): ProgressRecord {
  return { tone, label, text, notable: false, annotate: false };
}
