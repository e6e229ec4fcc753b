import type { Clock } from '../clock.ts';
import type { Secret } from '../config/secrets.ts';
import { messageOf } from '../errors.ts';
import { type Finding, fail, pass, refused, warn } from './check.ts';

/** One unauthenticated or authenticated `GET /rate_limit`, which is not charged, tells all that follows. */
export interface GitHubProbe {
  /** Undefined when there was no answer. */
  readonly status?: number;
  readonly error?: string;
  readonly elapsedMs: number;
  readonly budgets: Readonly<Record<'graphql' | 'rest', Budget | undefined>>;
  readonly scopes: string | undefined;
  /** GitHub's clock minus ours, in milliseconds, within about a second. */
  readonly skewMs: number | undefined;
}

export interface Budget {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds since the epoch. */
  readonly resetAt: number;
}

/** What is known before GitHub has been asked. */
export const NO_PROBE: GitHubProbe = {
  elapsedMs: 0,
  budgets: { graphql: undefined, rest: undefined },
  scopes: undefined,
  skewMs: undefined,
};

export interface ProbeOptions {
  readonly apiUrl: string;
  readonly token: Secret | undefined;
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly userAgent: string;
}

export async function probeGitHub(options: ProbeOptions): Promise<GitHubProbe> {
  const { apiUrl, token, timeoutMs, fetch, clock, userAgent } = options;
  const startedAt = clock.now();
  try {
    const response = await fetch(`${apiUrl}/rate_limit`, {
      headers: {
        accept: 'application/vnd.github+json',
        'user-agent': userAgent,
        ...(token ? { authorization: `Bearer ${token.reveal()}` } : {}),
      },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body: unknown = await response.json().catch(() => undefined);
    const elapsedMs = clock.now() - startedAt;
    const date = Date.parse(response.headers.get('date') ?? '');
    return {
      status: response.status,
      elapsedMs,
      budgets: { graphql: budgetIn(body, 'graphql'), rest: budgetIn(body, 'core') },
      scopes: response.headers.get('x-oauth-scopes') ?? undefined,
      // The header has whole seconds: on average it is half a second late.
      skewMs: Number.isNaN(date) ? undefined : date + 500 - (startedAt + elapsedMs / 2),
    };
  } catch (thrown) {
    return { ...NO_PROBE, error: reasonOf(thrown), elapsedMs: clock.now() - startedAt };
  }
}

export function checkApi(apiUrl: string, probe: GitHubProbe): Finding {
  if (probe.error !== undefined) {
    return fail(`${apiUrl} does not answer: ${probe.error}`, 'check the network, a proxy, and github.apiUrl');
  }
  return (probe.status ?? 0) >= 500
    ? fail(`${apiUrl} answers ${probe.status}`, 'see https://www.githubstatus.com and try later')
    : pass(`${apiUrl} answers in ${Math.round(probe.elapsedMs)} ms`);
}

export function checkToken(token: Secret | undefined, probe: GitHubProbe): Finding {
  if (!token) return refused('none found', 'log in with `gh auth login`, or set GITHUB_TOKEN');
  const kind = `${tokenKind(token.reveal())} from ${token.source}`;
  if (probe.status === 401) return refused(`${kind}, refused by GitHub`, `replace the token in ${token.source}`);
  if (probe.status === 403 && !probe.budgets.rest) {
    return refused(`${kind}, forbidden`, 'check the token, and its organisation access (SSO)');
  }
  if (probe.error !== undefined) return warn(`${kind}, not checked`, 'run doctor again when GitHub answers');
  return pass(`${kind}, accepted${probe.scopes ? `, scopes ${probe.scopes}` : ''}`);
}

export function checkBudgets(probe: GitHubProbe): Finding {
  const { graphql, rest } = probe.budgets;
  if (!graphql && !rest) {
    // GitHub Enterprise Server answers 404 when rate limiting is off.
    return probe.status === 404 ? pass('this server has no rate limit') : warn('unknown', 'see the lines above');
  }
  const words = [graphql && budgetWords('GraphQL', graphql), rest && budgetWords('REST', rest)]
    .filter(Boolean)
    .join('; ');
  const spent = [graphql, rest].some((budget) => budget && budget.remaining === 0);
  return spent ? warn(words, 'wait for the reset, or use another token') : pass(words);
}

export function checkClock(probe: GitHubProbe): Finding {
  if (probe.skewMs === undefined) return warn('not compared: GitHub told no time', 'see the lines above');
  const seconds = Math.round(probe.skewMs / 1000);
  const apart = Math.abs(seconds);
  const words = apart <= 1 ? 'agrees with GitHub' : `${apart} s ${seconds > 0 ? 'behind' : 'ahead of'} GitHub`;
  return apart < 30 ? pass(words) : warn(words, 'set the clock (NTP): waits for rate limits are off by that much');
}

function budgetWords(name: string, { remaining, limit, resetAt }: Budget): string {
  return `${name} ${remaining} of ${limit}, reset ${new Date(resetAt).toISOString()}`;
}

/** docs.github.com, "About authentication to GitHub": token formats. */
function tokenKind(token: string): string {
  if (token.startsWith('github_pat_')) return 'fine-grained token';
  if (token.startsWith('ghp_')) return 'classic token';
  if (token.startsWith('ghs_')) return 'installation token';
  return token.startsWith('gho_') || token.startsWith('ghu_') ? 'user token of an app' : 'token';
}

function budgetIn(body: unknown, name: 'graphql' | 'core'): Budget | undefined {
  const resources = property(body, 'resources');
  const resource = property(resources, name);
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((key) => property(resource, key));
  if (typeof limit !== 'number' || typeof remaining !== 'number' || typeof reset !== 'number') return undefined;
  return { limit, remaining, resetAt: reset * 1000 };
}

function property(value: unknown, key: string): unknown {
  return value !== null && typeof value === 'object' ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}

/** fetch says "fetch failed" and keeps the reason in the cause. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return messageOf(thrown);
  if (thrown.name === 'TimeoutError') return 'no answer in time';
  return thrown.cause instanceof Error ? thrown.cause.message || String(thrown.cause) : thrown.message;
}
