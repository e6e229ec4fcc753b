import type { ProgressEvent } from './events.ts';

/** The events of one name. */
export type EventOf<Name extends ProgressEvent['event']> = Extract<ProgressEvent, { readonly event: Name }>;

export type Budget = Omit<EventOf<'budget.updated'>, 'event'>;
export type AnnouncedWait = Omit<EventOf<'wait.started'>, 'event'>;
/** A wait that is under way; `since` is when it began, in milliseconds since the epoch. */
export type Wait = AnnouncedWait & { readonly since: number };
/** The chunk that was started last; `since` is when. */
export type CurrentChunk = Omit<EventOf<'chunk.started'>, 'event'> & { readonly since: number };
export type FinishedBackfill = EventOf<'backfill.finished'>;
