import { EXIT, type ExitCode } from './exit-codes.ts';

export interface OperatorErrorOptions {
  /** Stable machine-readable name, in `--json` and tests, e.g. `repository_not_found`. */
  readonly code: string;
  readonly exitCode?: ExitCode;
  /** What to type or do next, one step each; shown under the message. */
  readonly nextSteps?: readonly string[];
  readonly cause?: unknown;
}

/**
 * An error that the operator can act on. It says what happened and where (message) and what to do next (`nextSteps`),
 * and is shown without a stack. Anything else that reaches the surface is treated as a bug of ours.
 */
export class OperatorError extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly nextSteps: readonly string[];

  constructor(message: string, options: OperatorErrorOptions) {
    super(message, { cause: options.cause });
    this.name = 'OperatorError';
    this.code = options.code;
    this.exitCode = options.exitCode ?? EXIT.failed;
    this.nextSteps = options.nextSteps ?? [];
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
