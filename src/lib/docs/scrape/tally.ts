import { type DocumentCounts, NO_DOCUMENTS, NO_PAGES, type PageCounts } from '../../progress/docs/events.ts';
import type { Emit } from '../../progress/event-stream.ts';
import type { ProgressEvent } from '../../progress/events.ts';

export interface Tally {
  readonly pages: PageCounts;
  readonly embedding: DocumentCounts;
}

/** Counts what goes by on its way to whoever is told. */
export function tallyEvents(tell: Emit): { readonly emit: Emit; readonly tally: () => Tally } {
  let sum: Tally = { pages: NO_PAGES, embedding: NO_DOCUMENTS };
  return {
    emit: (event) => {
      sum = add(sum, event);
      tell(event);
    },
    tally: () => sum,
  };
}

function add({ pages, embedding }: Tally, event: ProgressEvent): Tally {
  switch (event.event) {
    case 'page.fetched':
      return { embedding, pages: { ...pages, fetched: pages.fetched + 1, bytes: pages.bytes + event.bytes } };
    case 'page.unchanged':
      return { embedding, pages: { ...pages, unchanged: pages.unchanged + 1 } };
    case 'page.checked':
      return { embedding, pages: { ...pages, checked: pages.checked + 1 } };
    case 'page.failed':
      return { embedding, pages: { ...pages, failed: pages.failed + 1 } };
    case 'documents.embedded':
      return {
        pages,
        embedding: { embedded: embedding.embedded + event.embedded, kept: embedding.kept + event.kept },
      };
    default:
      return { pages, embedding };
  }
}
