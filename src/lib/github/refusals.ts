export type RefusalReason =
  | 'gateway_timeout'
  | 'resource_limits_exceeded'
  | 'partial_answer'
  | 'deadline_exceeded'
  | 'cut_stream'
  | 'server_error';

/** GitHub could not answer this much at once. Asking for the same again is useless: ask for less. */
export class GitHubRefusal extends Error {
  readonly reason: RefusalReason;
  /** HTTP status, or null when no whole response arrived. */
  readonly status: number | null;

  constructor(reason: RefusalReason, message: string, status: number | null, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GitHubRefusal';
    this.reason = reason;
    this.status = status;
  }
}

/** The budget is spent and the caller does not want to wait for it that long. Nothing is sent until `resumeAfter`. */
export class RateLimitPause extends Error {
  readonly kind: 'primary' | 'secondary';
  /** Milliseconds since the epoch. */
  readonly resumeAfter: number;

  constructor(kind: 'primary' | 'secondary', resumeAfter: number) {
    super(`rate limited until ${new Date(resumeAfter).toISOString()}`);
    this.name = 'RateLimitPause';
    this.kind = kind;
    this.resumeAfter = resumeAfter;
  }
}
