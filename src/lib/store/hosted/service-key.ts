import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';

/** What a Supabase API key says about itself. Nothing here is verified: the server does that. */
export type ServiceKey =
  | { readonly kind: 'secret' }
  | { readonly kind: 'publishable' }
  /** A JWT of the older kind: its role, and the project it belongs to where it tells. */
  | {
      readonly kind: 'legacy';
      readonly role: string;
      readonly project: string | null;
      readonly expiresAt: number | null;
    }
  | { readonly kind: 'unrecognised' };

/**
 * Recognises `sb_secret_…`, `sb_publishable_…` and the older JWT keys with a `role` claim
 * (supabase.com/docs/guides/api/api-keys). Times are in milliseconds.
 */
export function recogniseServiceKey(key: string): ServiceKey {
  if (/^sb_secret_[\w-]+$/.test(key)) return { kind: 'secret' };
  if (/^sb_publishable_[\w-]+$/.test(key)) return { kind: 'publishable' };
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(key) ?? [];
  if (payload === undefined) return { kind: 'unrecognised' };
  const claims = parseObject(Buffer.from(payload, 'base64url').toString());
  const role = claims?.['role'];
  if (claims === null || typeof role !== 'string') return { kind: 'unrecognised' };
  const project = claims['ref'];
  const expiry = claims['exp'];
  return {
    kind: 'legacy',
    role,
    project: typeof project === 'string' ? project : null,
    expiresAt: typeof expiry === 'number' ? expiry * 1_000 : null,
  };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/**
 * Refuses, before anything is sent, a key that cannot do this program's work. The key itself is in no message.
 *
 * @param now milliseconds since the epoch
 * @throws OperatorError `store_key_missing`, `store_key_refused`, exit 4
 */
export function requireServiceKey(key: string | undefined, url: URL, now: number): string {
  const trimmed = key?.trim() ?? '';
  if (trimmed === '') {
    throw new OperatorError(`the store is ${url.origin}, and there is no key for it`, {
      code: 'store_key_missing',
      exitCode: EXIT.auth,
      nextSteps: SET_SECRET_KEY,
    });
  }
  const problem = problemOf(recogniseServiceKey(trimmed), url, now);
  if (problem === null) return trimmed;
  throw new OperatorError(problem, { code: 'store_key_refused', exitCode: EXIT.auth, nextSteps: SET_SECRET_KEY });
}

const SET_SECRET_KEY = [
  'copy the secret key (sb_secret_…) from Project Settings > API Keys in Supabase',
  'export SUPABASE_SERVICE_KEY=…',
  'or unset SUPABASE_URL to use the embedded store',
];

/** Row level security answers a write without rights with success and no row: hence the check beforehand. */
const CHANGES_NOTHING =
  'row level security lets none of its writes through, and updates then succeed without changing a row';

function problemOf(key: ServiceKey, url: URL, now: number): string | null {
  switch (key.kind) {
    case 'secret':
      return null;
    case 'publishable':
      return `the key for ${url.origin} is a publishable key, which is made for browsers: ${CHANGES_NOTHING}`;
    case 'unrecognised':
      return `the key for ${url.origin} is not a Supabase key: it should begin with sb_secret_, or be a JWT with the role service_role`;
    case 'legacy':
      if (key.role === 'anon' || key.role === 'authenticated') {
        return `the key for ${url.origin} has the role ${key.role}, not service_role: ${CHANGES_NOTHING}`;
      }
      if (key.role !== 'service_role') return `the key for ${url.origin} has the role ${key.role}, not service_role`;
      if (key.expiresAt !== null && key.expiresAt <= now) {
        return `the key for ${url.origin} expired on ${new Date(key.expiresAt).toISOString().slice(0, 10)}`;
      }
      if (
        key.project !== null &&
        url.hostname.endsWith('.supabase.co') &&
        url.hostname !== `${key.project}.supabase.co`
      ) {
        return `the key belongs to the project ${key.project}, and the store is ${url.origin}`;
      }
      return null;
  }
}
