/**
 * PostgREST's HTTP status for a SQLSTATE, most specific first; 400 for every other
 * (postgrest.org/en/stable/references/errors.html).
 */
const STATUS_BY_SQLSTATE: readonly (readonly [prefix: string, status: number])[] = [
  ['23503', 409],
  ['23505', 409],
  ['53400', 500],
  ['57P01', 503],
  ['P0001', 400],
  ['08', 503],
  ['09', 500],
  ['0L', 403],
  ['0P', 403],
  ['25', 500],
  ['28', 403],
  ['2D', 500],
  ['38', 500],
  ['39', 500],
  ['3B', 500],
  ['40', 500],
  ['53', 503],
  ['54', 500],
  ['55', 500],
  ['57', 500],
  ['58', 500],
  ['F0', 500],
  ['HV', 500],
  ['P0', 500],
  ['XX', 500],
];

/**
 * The classes that the API layer itself answers as PostgREST does, because it needs to know the request: syntax, access
 * and names (42), data (22), cardinality (21), read-only (25006), and statuses that a procedure chose (PT…, PGRST).
 */
const ANSWERED_BY_LAYER = /^(42|22|21|25006|PT|PGRST)/;

/**
 * The embedded API layer knows the common SQLSTATEs and answers every other one with 500 and no code. PostgREST, which
 * serves the hosted store, passes all of them on. This rewrites such a database error as an error that the API layer
 * passes on in full: `RAISE SQLSTATE 'PGRST'` with the answer as its message. Other errors are returned as they are.
 */
export function withPostgrestAnswer(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return thrown;
  const { code } = thrown;
  if (!/^[0-9A-Z]{5}$/.test(code) || ANSWERED_BY_LAYER.test(code)) return thrown;
  const status = STATUS_BY_SQLSTATE.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400;
  const details = 'detail' in thrown && typeof thrown.detail === 'string' ? thrown.detail : null;
  const hint = 'hint' in thrown && typeof thrown.hint === 'string' ? thrown.hint : null;
  return Object.assign(new Error(JSON.stringify({ code, message: thrown.message, details, hint }), { cause: thrown }), {
    code: 'PGRST',
    detail: JSON.stringify({ status, headers: {} }),
  });
}
