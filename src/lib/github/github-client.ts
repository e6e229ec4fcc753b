import type { Clock } from '../clock.ts';
import { OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { BudgetGate } from './budget/budget-gate.ts';
import type { Reserve } from './budget/rate-budget.ts';
import { WaitAnnouncer } from './budget/wait-announcer.ts';
import type { GitHubClient, GitHubObserver } from './client.ts';
import { DocumentCosts } from './graphql/document-costs.ts';
import { callGraphQL } from './graphql/graphql-call.ts';
import { callRest } from './rest/rest-call.ts';
import { type TokenSource, usableToken } from './token/token.ts';
import { conditional } from './transport/conditional-cache.ts';
import { Connection } from './transport/connection.ts';
import { createRequestSender } from './transport/request-sender.ts';
import { createTransport } from './transport/transport.ts';

export interface GitHubClientOptions {
  /** A token, or what gives one for each request. */
  readonly token: string | TokenSource;
  /** e.g. `https://api.github.com`, `https://HOST/api/v3`. */
  readonly apiUrl: string;
  /** e.g. `https://api.github.com/graphql`, `https://HOST/api/graphql`. */
  readonly graphqlUrl: string;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  readonly observer: GitHubObserver;
  /** How much of each hourly budget is left for others. */
  readonly reserve: Reserve;
  /** The longest wait for a budget or limit that is slept through, in milliseconds; longer ones are `RateLimitPause`. */
  readonly maxWaitMs: number;
  /** Deadline for one response, headers and body, in milliseconds. */
  readonly requestTimeoutMs?: number;
  readonly userAgent: string;
  /** In [0, 1); for jitter. */
  readonly random?: () => number;
}

const REQUEST_TIMEOUT_MS = 30_000;

/**
 * A client for one token. Sends nothing before the first call. Everything that the calls promise and throw is said at
 * `GitHubClient`; the token is in the Authorization header and nowhere else.
 *
 * @throws OperatorError `token_missing`, `token_malformed` (exit 4) or `reserve_invalid` (exit 2).
 */
export function createGitHubClient(options: GitHubClientOptions): GitHubClient {
  const { apiUrl, graphqlUrl, clock, fetch, observer, maxWaitMs, userAgent, random = Math.random } = options;
  const token = tokenSource(options.token);
  const reserve = usableReserve(options.reserve);
  const announcer = new WaitAnnouncer(observer);
  const gate = new BudgetGate({ clock, observer, announcer, reserve, maxWaitMs, random });
  const transport = createTransport({ fetch, clock, timeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS });
  const counted = { requests: 0 };
  const conditionally = conditional((request, signal) => {
    counted.requests += 1;
    return transport(request, signal);
  });
  const send = createRequestSender({ token, apiUrl, userAgent, send: conditionally });
  const parts = { gate, send, clock, apiUrl, graphqlUrl, connection: new Connection(clock, announcer, random) };
  const costs = new DocumentCosts();
  return {
    graphql: (request) => callGraphQL(parts, costs, request),
    rest: (request) => callRest(parts, request),
    budget: (resource) => gate.budget(resource),
    expectRemainingCost: (resource, units) => gate.expectRemainingCost(resource, units),
    get spent() {
      return { ...gate.spent, requests: counted.requests };
    },
  };
}

function tokenSource(token: string | TokenSource): TokenSource {
  if (typeof token === 'function') return async () => usableToken(await token());
  const usable = usableToken(token);
  return async () => usable;
}

function usableReserve(reserve: Reserve): Reserve {
  const { kind, value } = reserve;
  if (Number.isFinite(value) && value >= 0 && (kind === 'units' || value < 100)) return reserve;
  throw new OperatorError(`The reserve ${value}${kind === 'percent' ? ' %' : ''} is not possible.`, {
    code: 'reserve_invalid',
    exitCode: EXIT.usage,
    nextSteps: ['Give a percentage from 0 to 99, e.g. 10%, or a number of units, e.g. 500.'],
  });
}
