import type { StoreInterceptor } from './backfill-rig.ts';
import type { SweepCase } from './fault-sweep.ts';

type Send = () => Promise<Response>;

/** What can go wrong with one call of a procedure. */
export interface DatabaseError {
  readonly name: string;
  /** The store sends such a call again by itself, so that a run does not even notice. */
  readonly madeUpFor: boolean;
  readonly fail: (send: Send) => Promise<Response>;
}

function dropped(): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
}

/** PostgREST's answer for a SQLSTATE of the server's. */
function refusal(code: string, message: string): () => Promise<Response> {
  return async () => Response.json({ code, message, details: null, hint: null }, { status: 500 });
}

export const DROPPED_BEFORE: DatabaseError = {
  name: 'a connection that drops before the call',
  madeUpFor: true,
  fail: () => Promise.reject(dropped()),
};

export const DROPPED_AFTER: DatabaseError = {
  name: 'a connection that drops after the database has done it',
  madeUpFor: true,
  fail: async (send) => {
    await (await send()).arrayBuffer();
    throw dropped();
  },
};

export const GATEWAY_TIMEOUT: DatabaseError = {
  name: 'a time-out of the gateway after the database has done it',
  madeUpFor: true,
  fail: async (send) => {
    await (await send()).arrayBuffer();
    return new Response('<html>504</html>', { status: 504, headers: { 'content-type': 'text/html' } });
  },
};

export const SERIALIZATION_FAILURE: DatabaseError = {
  name: 'a serialization failure (40001)',
  madeUpFor: true,
  fail: refusal('40001', 'could not serialize access due to concurrent update'),
};

export const DEADLOCK: DatabaseError = {
  name: 'a deadlock (40P01)',
  madeUpFor: true,
  fail: refusal('40P01', 'deadlock detected'),
};

export const STATEMENT_TIMEOUT: DatabaseError = {
  name: 'a statement time-out (57014)',
  madeUpFor: false,
  fail: refusal('57014', 'canceling statement due to statement timeout'),
};

export const INTERNAL_ERROR: DatabaseError = {
  name: 'an internal error (XX000)',
  madeUpFor: false,
  fail: refusal('XX000', 'internal error'),
};

export const DATABASE_ERRORS: readonly DatabaseError[] = [
  DROPPED_BEFORE,
  DROPPED_AFTER,
  GATEWAY_TIMEOUT,
  SERIALIZATION_FAILURE,
  DEADLOCK,
  STATEMENT_TIMEOUT,
  INTERNAL_ERROR,
];

/** The call at `position`, from 1, and the `times - 1` after it fail in this way. */
export function failingCall(error: DatabaseError, position: number, procedure: string, times = 1): SweepCase {
  const interceptor = (): StoreInterceptor => {
    let call = 0;
    return (_, send) => {
      call += 1;
      return call >= position && call < position + times ? error.fail(send) : send();
    };
  };
  const reach = times === 1 ? 'at' : 'from';
  return { name: `${error.name}, ${reach} call ${position} (${procedure})`, faults: [], interceptor };
}

/** Every call of a run, counted from 1. */
export function everyCall(calls: readonly string[]): readonly (readonly [position: number, procedure: string])[] {
  return calls.map((procedure, index) => [index + 1, procedure]);
}

/** The first call of `procedure` and the `times - 1` calls after it, of any procedure, fail in this way. */
export function failingProcedure(error: DatabaseError, procedure: string, times = 1): SweepCase {
  const interceptor = (): StoreInterceptor => {
    let failed = 0;
    return (called, send) => {
      const fails = failed < times && (failed > 0 || called === procedure);
      failed += fails ? 1 : 0;
      return fails ? error.fail(send) : send();
    };
  };
  const reach = times === 1 ? 'at' : 'from';
  return { name: `${error.name}, ${reach} the first ${procedure}`, faults: [], interceptor };
}

/** Each procedure that a run calls, once: which call it is differs a little from run to run. */
export function eachProcedure(calls: readonly string[]): readonly string[] {
  return [...new Set(calls)];
}
