/** GitHub's two separate hourly budgets. */
export type RateResource = 'graphql' | 'rest';

/** One budget as the last response told it. */
export interface RateBudget {
  readonly resource: RateResource;
  readonly limit: number;
  readonly remaining: number;
  /** Units of `limit` that this program leaves for others. */
  readonly reserve: number;
  /** Milliseconds since the epoch. */
  readonly resetAt: number;
}

export type WaitReason = 'budget_exhausted' | 'secondary_limit' | 'pacing' | 'network';

/** What the client tells while it works; the domain turns it into progress events. */
export interface GitHubObserver {
  budget?(budget: RateBudget): void;
  waitStarted?(wait: { readonly reason: WaitReason; readonly until: number; readonly detail?: string }): void;
  waitEnded?(): void;
}

/** What one GraphQL request answered, when it answered usefully. */
export interface GraphQLAnswer<Data> {
  readonly data: Data;
  /** Points that GitHub charged for it, from `rateLimit.cost`. */
  readonly cost: number;
  /** How long the response took, in milliseconds. */
  readonly elapsedMs: number;
  /** Paths of nodes that GitHub says do not exist (error type `NOT_FOUND`), e.g. `['nodes', 3]`. */
  readonly notFound: readonly (readonly (string | number)[])[];
}

export interface RestAnswer<Data> {
  readonly status: number;
  readonly data: Data;
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface GraphQLRequest {
  /** Must select `rateLimit { limit cost remaining resetAt }` at its top level. */
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

/** The content of a file. */
export interface Upload {
  readonly mediaType: string;
  readonly content: Blob;
}

export interface RestRequest {
  /** `GET /repos/{owner}/{repo}/pulls/comments`, with its parameters beside it. */
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  /** Statuses beside 2xx that tell the caller something instead of being an error, e.g. 404 where absence is news. */
  readonly answers?: readonly number[];
  /** Media type to ask for instead of JSON. */
  readonly accept?: string;
  /** Sent as it is, in the place of parameters as JSON. */
  readonly upload?: Upload;
  /** Deadline for this request in milliseconds, where it deserves another than the client's. */
  readonly timeoutMs?: number;
  /** `manual` leaves a redirect to the caller, who must expect its status among `answers`; else it is followed. */
  readonly redirect?: 'manual';
  /** The request leaves this machine once at most: a limit, too, is thrown (`RateLimitPause`) instead of waited for. */
  readonly once?: boolean;
}

/**
 * GitHub as this program uses it. Every call first passes the budget: it never sends while limited, keeps the reserve,
 * and waits (telling the observer) where a wait is short enough.
 *
 * @throws GitHubRefusal  the request was too much for GitHub (time-out, partial answer, resource limits, cut or hung
 *                        response): ask again for less. The client itself never resends the same GraphQL page.
 * @throws RateLimitPause the wait until the budget returns is longer than `maxWaitMs`.
 * @throws OperatorError  authentication, permission, not found, unreachable: with the next step.
 */
export interface GitHubClient {
  graphql<Data>(request: GraphQLRequest): Promise<GraphQLAnswer<Data>>;
  rest<Data>(request: RestRequest): Promise<RestAnswer<Data>>;
  /** What is known of each budget now; undefined before the first response. */
  budget(resource: RateResource): RateBudget | undefined;
  /** Expected points of the work that is left, so that the budget can be spread over it instead of stalling. */
  expectRemainingCost(resource: RateResource, units: number): void;
  /** What this client has been charged and has sent so far. */
  readonly spent: Readonly<Record<RateResource, number>> & { readonly requests: number };
}
