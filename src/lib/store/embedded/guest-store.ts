import { OperatorError } from '../../errors.ts';
import { ALIVE_PATH, LEAVING_HEADER } from './loopback-server.ts';
import type { OwnerRecord } from './owner-file.ts';

/** The owner does not answer any more, or says that it is leaving: another one must be found and the request sent to it. */
export class OwnerGone extends Error {
  constructor(owner: OwnerRecord, cause?: unknown) {
    super(`process ${owner.pid} no longer serves the store`, { cause });
    this.name = 'OwnerGone';
  }
}

export interface GuestOptions {
  readonly fetch: typeof globalThis.fetch;
  /** Longest wait for one answer, in milliseconds. */
  readonly requestMs: number;
  readonly location: string;
}

/**
 * Sends a request to the owner of the store. The answer is whole when it returns, so that an owner which dies in the
 * middle of it is noticed.
 *
 * @throws OwnerGone to be sent again; OperatorError `store_owner_not_responding`
 */
export async function askOwner(owner: OwnerRecord, request: Request, options: GuestOptions): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  headers.set('apikey', owner.key);
  headers.delete('authorization');
  const body = request.body === null ? null : await request.arrayBuffer();
  const limit = AbortSignal.timeout(options.requestMs);
  try {
    const response = await options.fetch(`${owner.url}${pathname}${search}`, {
      method: request.method,
      headers,
      body,
      signal: AbortSignal.any([request.signal, limit]),
    });
    // 401: the port has gone to a program that does not know this key.
    if (response.status === 401 || response.headers.has(LEAVING_HEADER)) {
      await response.body?.cancel();
      throw new OwnerGone(owner);
    }
    const content = response.status === 204 ? null : await response.arrayBuffer();
    return new Response(content, {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  } catch (thrown) {
    if (thrown instanceof OwnerGone) throw thrown;
    request.signal.throwIfAborted();
    if (limit.aborted) throw notResponding(owner, options);
    throw new OwnerGone(owner, thrown);
  }
}

/** Asks the owner whether it is there; false when it is gone. */
export async function ownerAnswers(owner: OwnerRecord, options: GuestOptions): Promise<boolean> {
  try {
    const response = await askOwner(owner, new Request(`${owner.url}${ALIVE_PATH}`), options);
    return response.status === 204;
  } catch (thrown) {
    if (thrown instanceof OwnerGone) return false;
    throw thrown;
  }
}

/** A process that was stopped (Ctrl-Z) still holds its lock and its port, and answers nothing. */
function notResponding(owner: OwnerRecord, { requestMs, location }: GuestOptions): OperatorError {
  return new OperatorError(
    `process ${owner.pid} serves the store at ${location} and has not answered for ${Math.round(requestMs / 1_000)} s: it may be stopped (Ctrl-Z) or overloaded`,
    {
      code: 'store_owner_not_responding',
      nextSteps: [
        `continue it: kill -CONT ${owner.pid}, or fg in its terminal`,
        `or end it, this process then takes over: kill -9 ${owner.pid}`,
      ],
    },
  );
}
