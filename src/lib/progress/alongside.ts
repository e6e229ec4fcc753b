import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { streamEvents } from './event-stream.ts';
import type { ProgressEvent } from './events.ts';

/** How long the side is given to tell its last figures once the main work has ended, in milliseconds. */
const LAST_WORDS_MS = 3_000;

/**
 * The events of a main work and of what is told beside it, as they come. It ends when the main work does, with its
 * result; the main work's last event is told last. A side that fails is told as a warning and stops nothing.
 */
export function alongside<Result>(
  main: AsyncGenerator<ProgressEvent, Result>,
  side: (signal: AbortSignal) => AsyncIterable<ProgressEvent>,
  clock: Clock,
): AsyncGenerator<ProgressEvent, Result> {
  return streamEvents(async (emit, abandoned) => {
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, abandoned]);
    const begun = { count: 0 };
    const beside = tellAll(side(signal), (event) => {
      begun.count += 1;
      emit(event);
    }).catch((thrown: unknown) => {
      if (signal.aborted) return;
      emit({
        event: 'notice.raised',
        level: 'warning',
        message: `progress in the store is not known: ${messageOf(thrown)}`,
      });
    });
    try {
      let last: ProgressEvent | undefined;
      let next = await main.next();
      for (; !next.done && !abandoned.aborted; next = await main.next()) {
        if (last) emit(last);
        last = isEnd(next.value) ? next.value : undefined;
        if (!last) emit(next.value);
      }
      if (!next.done) throw abandoned.reason;
      if (begun.count > 0) await Promise.race([beside, clock.sleep(LAST_WORDS_MS, signal)]);
      if (last) emit(last);
      return next.value;
    } finally {
      ended.abort();
      await beside;
    }
  });
}

async function tellAll(events: AsyncIterable<ProgressEvent>, emit: (event: ProgressEvent) => void): Promise<void> {
  for await (const event of events) emit(event);
}

function isEnd({ event }: ProgressEvent): boolean {
  return event === 'run.finished';
}
