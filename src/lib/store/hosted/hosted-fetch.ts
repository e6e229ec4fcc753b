import type { Clock } from '../../clock.ts';
import { messageOf, OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';

export interface HostedFetchOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** In [0, 1), for the jitter. */
  readonly random: () => number;
  /** Shown in errors. */
  readonly origin: string;
  /** Longest wait for one answer. Supabase's API ends a request after 60 s. */
  readonly timeoutMs?: number;
}

const TRIES = 5;
const BASE_MS = 250;
const CAP_MS = 8_000;
const API_LIMIT_MS = 65_000;

/** Gateway and database-connection failures; 520 to 524 are Cloudflare's, in front of Supabase. */
const TRANSIENT_STATUS = new Set([429, 502, 503, 504, 520, 521, 522, 523, 524]);
/** Rolled back for another transaction's sake (class 40: serialization failure, deadlock), which PostgREST answers with 500. */
const ROLLED_BACK = /^40/;
/** A name that is not there and a certificate that is not trusted do not change within seconds. */
const LASTING_FAILURE = /^(ENOTFOUND|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/**
 * `fetch` for a hosted store. A failed connection, a time-out, an answer of a gateway and a transaction that had to give way
 * to another are tried again up to four times after a random wait of up to 0.25, 0.5, 1 and 2 s, or what `Retry-After` asks for up to 8 s: every procedure
 * can be run twice. The body is whole when it returns, so a cut answer is a failed connection too.
 *
 * @throws OperatorError `store_unreachable`; `store_key_refused` (401)
 */
export function createHostedFetch(options: HostedFetchOptions): typeof globalThis.fetch {
  const timeoutMs = options.timeoutMs ?? API_LIMIT_MS;
  return async (input, init) => {
    const signal = init?.signal ?? undefined;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await tryOnce(options.fetch, input, init, timeoutMs);
      signal?.throwIfAborted();
      if (outcome.response?.status === 401) throw keyRefused(options.origin);
      const gaveWay = outcome.response?.status === 500 && (await wasRolledBack(outcome.response));
      const transient = outcome.response === null ? !outcome.lasting : TRANSIENT_STATUS.has(outcome.response.status);
      if (outcome.response !== null && !transient && (!gaveWay || attempt === TRIES)) {
        if (isForeign(outcome.response)) throw unreachable(options.origin, outcome);
        return outcome.response;
      }
      if (!(transient || gaveWay) || attempt === TRIES) throw unreachable(options.origin, outcome);
      await options.clock.sleep(waitMs(attempt, outcome.response, options.random), signal);
    }
  };
}

type Outcome =
  | { readonly response: Response }
  | { readonly response: null; readonly reason: string; readonly lasting: boolean; readonly cause: unknown };

async function tryOnce(
  fetch: typeof globalThis.fetch,
  input: Parameters<typeof globalThis.fetch>[0],
  init: RequestInit | undefined,
  timeoutMs: number,
): Promise<Outcome> {
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = init?.signal ? AbortSignal.any([init.signal, limit]) : limit;
  try {
    const response = await fetch(input, { ...init, signal });
    const body = response.status === 204 || response.status === 304 ? null : await response.arrayBuffer();
    return {
      response: new Response(body, {
        status: response.status,
        statusText: response.statusText,
        headers: response.headers,
      }),
    };
  } catch (thrown) {
    if (limit.aborted)
      return { response: null, reason: `no answer in ${timeoutMs / 1_000} s`, lasting: false, cause: thrown };
    const reason = failureOf(thrown);
    return { response: null, reason, lasting: LASTING_FAILURE.test(reason), cause: thrown };
  }
}

async function wasRolledBack(response: Response): Promise<boolean> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return typeof body === 'object' && body !== null && 'code' in body && ROLLED_BACK.test(String(body.code));
}

/** A refusal that PostgREST did not write: another server stands at that address, or the project is paused (540). */
function isForeign(response: Response): boolean {
  return !response.ok && !(response.headers.get('content-type') ?? '').includes('json');
}

/** `fetch failed` says nothing; its cause has the system's code. */
function failureOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.message : messageOf(thrown);
}

function waitMs(attempt: number, response: Response | null, random: () => number): number {
  const asked = Number(response?.headers.get('retry-after') ?? Number.NaN) * 1_000;
  if (asked >= 0) return Math.min(asked, CAP_MS);
  return Math.round(random() * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1)));
}

function unreachable(origin: string, outcome: Outcome): OperatorError {
  const reason =
    outcome.response === null
      ? outcome.reason
      : `what is there answers ${outcome.response.status} and not as PostgREST does`;
  return new OperatorError(`the store ${origin} cannot be reached: ${reason}`, {
    code: 'store_unreachable',
    nextSteps: [
      'check SUPABASE_URL, the network, and that the project is not paused (supabase.com/dashboard)',
      'then run the command again: it goes on where it stopped',
    ],
    cause: outcome.response === null ? outcome.cause : undefined,
  });
}

function keyRefused(origin: string): OperatorError {
  return new OperatorError(`the store ${origin} does not accept the key (401)`, {
    code: 'store_key_refused',
    exitCode: EXIT.auth,
    nextSteps: [
      'copy the secret key (sb_secret_…) from Project Settings > API Keys in Supabase: it may have been revoked',
      'export SUPABASE_SERVICE_KEY=…',
    ],
  });
}
