import type { RateResource } from '../client.ts';
import { resourceNamed } from './rate-budget.ts';

/** A budget as one response told it, in GitHub's own time. */
export interface BudgetReading {
  readonly resource: RateResource;
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds since the epoch on GitHub's clock. */
  readonly resetAt: number;
}

/** What a response's headers say about limits. */
export interface RateSignals {
  readonly budget: BudgetReading | undefined;
  /** From `retry-after`, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** `x-ratelimit-remaining` of whichever budget the response speaks of. */
  readonly remaining: number | undefined;
  /** `x-ratelimit-reset`, in milliseconds since the epoch on GitHub's clock. */
  readonly resetAt: number | undefined;
  /** GitHub's `date`, in milliseconds since the epoch, whole seconds. */
  readonly date: number | undefined;
}

type Headers = Readonly<Record<string, string>>;

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

function httpDate(text: string | undefined): number | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** `retry-after` is seconds or an HTTP date (RFC 9110 §10.2.3); a date counts from the response's own `date`. */
function retryAfter(headers: Headers, date: number | undefined): number | undefined {
  const text = headers['retry-after'];
  const seconds = wholeNumber(text);
  if (seconds !== undefined) return seconds * 1_000;
  const at = httpDate(text);
  return at === undefined || date === undefined ? undefined : Math.max(0, at - date);
}

/**
 * Reads the rate headers of a response (lower-case names). `resource` is the budget that the request counts against,
 * for servers that do not send `x-ratelimit-resource`.
 */
export function readRateSignals(headers: Headers, resource: RateResource): RateSignals {
  const date = httpDate(headers['date']);
  const limit = wholeNumber(headers['x-ratelimit-limit']);
  const remaining = wholeNumber(headers['x-ratelimit-remaining']);
  const reset = wholeNumber(headers['x-ratelimit-reset']);
  const resetAt = reset === undefined ? undefined : reset * 1_000;
  const name = headers['x-ratelimit-resource'];
  const told = name === undefined ? resource : resourceNamed(name);
  // A limit of 0 is how a server says that it does not limit.
  const complete = told && limit && remaining !== undefined && resetAt !== undefined;
  return {
    budget: complete ? { resource: told, limit, remaining, resetAt } : undefined,
    retryAfterMs: retryAfter(headers, date),
    remaining,
    resetAt,
    date,
  };
}

/** `data.rateLimit` of a GraphQL answer; undefined where it is not selected or null (GitHub Enterprise Server). */
export function readRateLimitField(data: unknown): { budget: BudgetReading; cost: number } | undefined {
  const field = isRecord(data) ? data['rateLimit'] : undefined;
  if (!isRecord(field)) return undefined;
  const { limit, remaining, cost, resetAt } = field;
  if (typeof limit !== 'number' || typeof remaining !== 'number' || typeof resetAt !== 'string') return undefined;
  const at = Date.parse(resetAt);
  if (Number.isNaN(at) || limit === 0) return undefined;
  return { budget: { resource: 'graphql', limit, remaining, resetAt: at }, cost: typeof cost === 'number' ? cost : 0 };
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
