export type CheckStatus = 'pass' | 'warn' | 'fail';

/** What one check found, in words for the operator. */
export interface Finding {
  readonly status: CheckStatus;
  readonly detail: string;
  /** What to do about it; given with `warn` and `fail`. */
  readonly fix?: string;
  /** The failure is one of authentication, so that `doctor` exits with 4. */
  readonly auth?: boolean;
}

export interface Check extends Finding {
  readonly name: string;
  readonly elapsedMs: number;
}

export function pass(detail: string): Finding {
  return { status: 'pass', detail };
}

export function warn(detail: string, fix: string): Finding {
  return { status: 'warn', detail, fix };
}

export function fail(detail: string, fix: string): Finding {
  return { status: 'fail', detail, fix };
}

export function refused(detail: string, fix: string): Finding {
  return { status: 'fail', detail, fix, auth: true };
}
