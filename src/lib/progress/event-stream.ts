import { Readable } from 'node:stream';
import type { ProgressEvent } from './events.ts';

/** Takes an event without waiting for anybody to have seen it. */
export type Emit = (event: ProgressEvent) => void;

/**
 * Runs work that emits events as a generator that yields them and ends with the work's result. Leaving the generator early aborts
 * `abandoned` and waits for the work to end; what the work throws is thrown after the events before it.
 */
export async function* streamEvents<Result>(
  work: (emit: Emit, abandoned: AbortSignal) => Promise<Result>,
): AsyncGenerator<ProgressEvent, Result> {
  const events = new Readable({ objectMode: true, read: () => undefined });
  const abandoned = new AbortController();
  const running = work((event) => events.push(event), abandoned.signal).finally(() => events.push(null));
  // Its failure is thrown below, once the events before it are out.
  running.catch(() => undefined);
  try {
    for await (const event of events) {
      yield event as ProgressEvent;
    }
    return await running;
  } finally {
    abandoned.abort();
    await running.catch(() => undefined);
  }
}
