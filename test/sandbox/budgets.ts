import type { Token } from './tokens.ts';

export type Resource = 'graphql' | 'rest';

/** How a budget stands. */
export interface BudgetState {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Milliseconds since the epoch, always a whole second: GitHub tells no more than seconds and keeps its word. */
  readonly resetAt: number;
}

interface Window {
  used: number;
  resetAt: number;
}

/** The budgets of every token, GraphQL's apart from REST's, in windows that begin with the first use. */
export class Budgets {
  readonly #windowMs: number;
  readonly #windows = new Map<string, Window>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  state(token: Token, resource: Resource, now: number): BudgetState {
    const limit = token.limits[resource];
    const window = this.#windows.get(`${resource} ${token.budget}`);
    if (!window || now >= window.resetAt)
      return { limit, used: 0, remaining: limit, resetAt: this.#resetAfter(now, this.#windowMs) };
    return { limit, used: window.used, remaining: Math.max(0, limit - window.used), resetAt: window.resetAt };
  }

  /** Takes `cost` and tells what is left. A budget never goes below zero. */
  charge(token: Token, resource: Resource, cost: number, now: number): BudgetState {
    const window = this.#window(token, resource, now);
    window.used = Math.min(token.limits[resource], window.used + cost);
    return this.state(token, resource, now);
  }

  /** Spends everything; it comes back after `resetInMs`, or when the window ends. */
  drain(token: Token, resource: Resource, now: number, resetInMs?: number): BudgetState {
    const window = this.#window(token, resource, now);
    window.used = token.limits[resource];
    if (resetInMs !== undefined) window.resetAt = this.#resetAfter(now, resetInMs);
    return this.state(token, resource, now);
  }

  /** Every budget is whole again. */
  reset(): void {
    this.#windows.clear();
  }

  #window(token: Token, resource: Resource, now: number): Window {
    const key = `${resource} ${token.budget}`;
    const known = this.#windows.get(key);
    if (known && now < known.resetAt) return known;
    const made = { used: 0, resetAt: this.#resetAfter(now, this.#windowMs) };
    this.#windows.set(key, made);
    return made;
  }

  #resetAfter(now: number, ms: number): number {
    return Math.ceil((now + ms) / 1000) * 1000;
  }
}

/** GitHub's rate limit headers. */
export function rateLimitHeaders(resource: Resource, state: BudgetState): Record<string, string> {
  return {
    'x-ratelimit-limit': String(state.limit),
    'x-ratelimit-remaining': String(state.remaining),
    'x-ratelimit-used': String(state.used),
    'x-ratelimit-reset': String(state.resetAt / 1000),
    'x-ratelimit-resource': resource === 'rest' ? 'core' : 'graphql',
  };
}
