export const REDACTED = '[redacted]';

/** Environment variables whose values are secrets, in no order. */
export const SECRET_ENVIRONMENT_VARIABLES = [
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GH_ENTERPRISE_TOKEN',
  'GITHUB_ENTERPRISE_TOKEN',
  'SUPABASE_SERVICE_KEY',
  'SUPABASE_SECRET_KEY',
  'SUPABASE_SERVICE_ROLE_KEY',
  'SUPABASE_ACCESS_TOKEN',
  'SUPABASE_DB_PASSWORD',
  'DEADZONE_APP_PRIVATE_KEY',
  'OPENAI_API_KEY',
  'DEADZONE_AGENT_ENDPOINT_API_KEY',
] as const;

/**
 * Shapes of secrets, for those that nobody told us about. GitHub's prefixes: docs.github.com, "About authentication to
 * GitHub", token formats; Supabase's: supabase.com/docs/guides/api/api-keys; JWT: RFC 7519 over RFC 7515 (compact);
 * OpenAI's begin with `sk-` (seen, not documented).
 */
const SECRET_SHAPES: readonly RegExp[] = [
  /\bgh[pousr]_[A-Za-z0-9_]{16,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{16,}/g,
  /\bsk-[A-Za-z0-9_-]{32,}/g,
  /\bsb_secret_[A-Za-z0-9_-]{8,}/g,
  /\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*/g,
];

/** `Authorization: Bearer x`, `"authorization":"token x"`, `apikey=x`: the name stays, the credential goes. */
const CREDENTIAL_HEADER =
  /(["']?\b(?:proxy-)?(?:authorization|apikey|x-api-key)["']?\s*[:=]\s*["']?)(?:(bearer|token|basic)\s+)?[^\s"',;}]+/gi;

/** RFC 3986 userinfo: everything between `scheme://` and `@`. */
const URL_USERINFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@"'<>]+@/gi;

/** A secret shorter than this would blank out ordinary words. */
const MINIMAL_SECRET_LENGTH = 6;

/** Takes every secret out of text on its way out: errors, logs, `--verbose`, progress. */
export interface Redactor {
  /** From now on this value is taken out too. */
  add(secret: string): void;
  redact(text: string): string;
  /** The same value with every string in it redacted; keys stay. */
  redactDeep<Value>(value: Value): Value;
}

/** True when text has the shape of a credential, so it must not stand in a file. */
export function looksLikeSecret(text: string): boolean {
  return SECRET_SHAPES.some((shape) => text.search(shape) !== -1) || text.search(URL_USERINFO) !== -1;
}

/** A redactor that knows `secrets` and every known secret variable of `env`. */
export function createRedactor(env: Readonly<NodeJS.ProcessEnv>, secrets: readonly string[] = []): Redactor {
  const known = new Set<string>();
  const add = (secret: string): void => {
    const value = secret.trim();
    if (value.length < MINIMAL_SECRET_LENGTH) return;
    known.add(value);
    known.add(encodeURIComponent(value));
  };
  for (const name of SECRET_ENVIRONMENT_VARIABLES) add(env[name] ?? '');
  for (const secret of secrets) add(secret);

  const redact = (text: string): string => {
    let safe = text;
    for (const secret of [...known].sort((a, b) => b.length - a.length)) safe = safe.replaceAll(secret, REDACTED);
    for (const shape of SECRET_SHAPES) safe = safe.replace(shape, REDACTED);
    return safe
      .replace(CREDENTIAL_HEADER, (_, name: string, scheme: string | undefined) =>
        scheme ? `${name}${scheme} ${REDACTED}` : `${name}${REDACTED}`,
      )
      .replace(URL_USERINFO, `$1${REDACTED}@`);
  };
  return { add, redact, redactDeep: (value) => mapStrings(value, redact) };
}

function mapStrings<Value>(value: Value, change: (text: string) => string): Value {
  return visit(value) as Value;

  function visit(part: unknown): unknown {
    if (typeof part === 'string') return change(part);
    if (Array.isArray(part)) return part.map(visit);
    if (part === null || typeof part !== 'object') return part;
    return Object.fromEntries(Object.entries(part).map(([key, child]) => [key, visit(child)]));
  }
}
