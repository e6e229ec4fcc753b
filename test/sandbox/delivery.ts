import type { ServerResponse } from 'node:http';
import type { Clock } from '../../src/lib/clock.ts';
import type { Fault } from './faults/script.ts';
import type { Reply } from './reply.ts';

const SLOW_BODY_MS = 2_000;
const SLOW_PIECES = 10;

/** Waits; ends early and says false when the client has gone. */
async function stillThere(clock: Clock, ms: number, gone: AbortSignal): Promise<boolean> {
  if (ms <= 0) return !gone.aborted;
  try {
    await clock.sleep(ms, gone);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the client closes the connection. */
function untilGone(gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) resolve();
    else gone.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Resolves when the last byte was handed over or the connection is gone. */
function ended(response: ServerResponse, gone: AbortSignal): Promise<void> {
  return Promise.race([new Promise<void>((resolve) => response.once('finish', () => resolve())), untilGone(gone)]);
}

/**
 * Sends a reply as the fault wants it sent. Resolves with the status that the client saw, null when it saw none, once
 * the exchange is over.
 */
export async function deliver(
  response: ServerResponse,
  reply: Reply,
  options: {
    readonly clock: Clock;
    readonly gone: AbortSignal;
    readonly delayMs: number;
    readonly fault: Fault | null;
  },
): Promise<number | null> {
  const { clock, gone, fault } = options;
  if (!(await stillThere(clock, options.delayMs, gone))) return null;
  if (fault?.type === 'hang' || fault?.type === 'hang-after') {
    await untilGone(gone);
    return null;
  }
  if (fault?.type === 'reset' || fault?.type === 'reset-after') {
    response.socket?.resetAndDestroy();
    return null;
  }
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
  const whole = fault?.type === 'truncated-json' ? body.subarray(0, body.length >>> 1) : body;
  const bodyless = reply.status === 304 || reply.status === 204;
  response.writeHead(
    reply.status,
    bodyless ? { ...reply.headers } : { ...reply.headers, 'content-length': whole.length },
  );
  if (fault?.type === 'cut-stream') {
    response.write(whole.subarray(0, whole.length >>> 1), () => response.socket?.destroy());
    await untilGone(gone);
    return reply.status;
  }
  if (fault?.type === 'slow-body') {
    const piece = Math.max(1, Math.ceil(whole.length / SLOW_PIECES));
    for (let from = 0; from < whole.length; from += piece) {
      response.write(whole.subarray(from, from + piece));
      if (!(await stillThere(clock, (fault.delayMs ?? SLOW_BODY_MS) / SLOW_PIECES, gone))) return reply.status;
    }
    response.end();
  } else response.end(bodyless ? undefined : whole);
  await ended(response, gone);
  return reply.status;
}
