import { formatBytes, formatCount, formatDuration, formatQuantity } from '../format.ts';
import type { Tone } from '../palette.ts';
import type { ProgressRecord } from '../progress-record.ts';
import { sanitize } from '../sanitize.ts';
import type { ConsolidateEvent } from './consolidate-events.ts';

/** How far a consolidation is. */
export interface ConsolidateView {
  readonly done: number;
  /** Undefined until the artifacts have been looked at. */
  readonly total: number | undefined;
  readonly documents: number;
}

/** The view after one more event. */
export function reduceConsolidate(view: ConsolidateView | undefined, event: ConsolidateEvent): ConsolidateView {
  const before = view ?? { done: 0, total: undefined, documents: 0 };
  if (event.event === 'consolidate.planned') return { ...before, total: event.slots };
  if (event.event !== 'slot.consolidated') return before;
  return { ...before, done: before.done + 1, documents: before.documents + event.documents };
}

/** `120 of 253 libraries, 8,123 documents` */
export function describeConsolidate({ done, total, documents }: ConsolidateView): string {
  if (total === undefined) return 'looking at the artifacts';
  const libraries = formatQuantity(total, 'library', 'libraries');
  return `${formatCount(done)} of ${libraries}, ${formatQuantity(documents, 'document')}`;
}

/** The record of an event of a consolidation, or undefined when it only moves figures. Its end has records of its own. */
export function consolidateRecordOf(event: ConsolidateEvent): ProgressRecord | undefined {
  switch (event.event) {
    case 'consolidate.started': {
      const libraries = formatQuantity(event.slots, 'library', 'libraries');
      const subject = `${libraries} of ${sanitize(event.registry)}`;
      return record(
        'strong',
        'consolidating',
        `${subject}, from ${sanitize(event.artifacts)} into ${sanitize(event.database)}`,
      );
    }
    case 'slot.refused':
      return { ...record('bad', 'refused', sanitize(event.message)), annotate: true };
    case 'consolidate.planned':
    case 'slot.consolidated':
    case 'consolidate.finished':
      return undefined;
  }
}

/** The end of a consolidation as a record. */
export function summarizeConsolidate(
  end: Extract<ConsolidateEvent, { event: 'consolidate.finished' }>,
): readonly ProgressRecord[] {
  const tone: Tone = end.refused + end.missing === 0 ? 'good' : 'warning';
  const size = `${formatQuantity(end.libs, 'library', 'libraries')}, ${formatQuantity(end.documents, 'document')}`;
  const file = `${sanitize(end.database)} (${formatBytes(end.bytes)})`;
  return [record(tone, end.outcome, `${file}: ${size}, in ${formatDuration(end.elapsedMs)}`)];
}

function record(tone: Tone, label: string, text: string): ProgressRecord {
  return { tone, label, text, notable: false, annotate: false };
}
