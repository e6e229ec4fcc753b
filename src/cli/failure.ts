import { stripVTControlCharacters } from 'node:util';
import { didYouMean } from '../lib/did-you-mean.ts';
import { messageOf, OperatorError } from '../lib/errors.ts';
import { EXIT, type ExitCode } from '../lib/exit-codes.ts';
import { GitHubRefusal, RateLimitPause } from '../lib/github/refusals.ts';

/** A failure as the operator is told it: the object under `error` in `--json`. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
  readonly nextSteps: readonly string[];
}

/** The command that failed, as far as it is known. */
export interface FailedCommand {
  /** What to type before `--help`: `capture-cli backfill status`. */
  readonly invocation: string;
  /** The flags it knows, without dashes. */
  readonly flags: readonly string[];
}

/**
 * What the operator can do about anything that was thrown; undefined when it is a mistake of this program. The one place
 * that maps errors to exit codes.
 */
export function failureOf(thrown: unknown, command: FailedCommand): Failure | undefined {
  if (thrown instanceof OperatorError) {
    const { code, message, exitCode, nextSteps } = thrown;
    return { code, message, exitCode, nextSteps };
  }
  if (thrown instanceof RateLimitPause) {
    const at = new Date(thrown.resumeAfter).toISOString();
    return failure('rate_limited', `GitHub's rate limit is used up until ${at}`, EXIT.rateLimited, [
      `run the same command again after ${at}`,
    ]);
  }
  if (thrown instanceof GitHubRefusal) {
    return failure('github_refused', `GitHub could not answer: ${thrown.message}`, EXIT.failed, [
      'run the same command again; if it fails again, see https://www.githubstatus.com',
    ]);
  }
  if (isUsageError(thrown)) return usageFailure(thrown, command);
  return environmentFailure(thrown);
}

/** oclif's own errors: unparsable flags and arguments, and `this.error()`. All of them are about how it was called. */
interface UsageError extends Error {
  readonly oclif: { readonly exit?: number };
}

function isUsageError(thrown: unknown): thrown is UsageError {
  if (!(thrown instanceof Error) || !('oclif' in thrown)) return false;
  const { oclif } = thrown;
  return typeof oclif === 'object' && oclif !== null && 'exit' in oclif && oclif.exit === EXIT.usage;
}

function usageFailure(error: UsageError, command: FailedCommand): Failure {
  const help = `see \`${command.invocation} --help\``;
  if ('flags' in error && isTexts(error.flags)) {
    const steps = error.flags.flatMap((flag) => {
      const meant = didYouMean(flag.replace(/^-+/, ''), command.flags);
      return meant ? [`did you mean --${meant}?`] : [];
    });
    const message = `unknown ${error.flags.length === 1 ? 'flag' : 'flags'} ${error.flags.join(', ')}`;
    return failure('unknown_flag', message, EXIT.usage, [...steps, help]);
  }
  if ('args' in error && isTexts(error.args)) {
    return failure('unexpected_argument', `unexpected argument ${error.args.join(' ')}`, EXIT.usage, [help]);
  }
  if ('args' in error && isArguments(error.args)) {
    const names = error.args.map((arg) => arg.name.toUpperCase());
    return failure('missing_argument', `missing argument ${names.join(' ')}`, EXIT.usage, [help]);
  }
  return failure('usage', usageMessage(error), EXIT.usage, [help]);
}

function usageMessage(error: Error): string {
  return stripVTControlCharacters(error.message)
    .replace(/\n?See more help with --help\s*$/, '')
    .replace(/^The following errors? occurred:\s*/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('; ')
    .replace(/^Parsing (--\S+); Expected (.*) but received: (.*)$/, '$1 must be $2, not "$3"')
    .replace(/^All of the following must be provided when using (--\S+): (.*)$/, '$1 needs $2')
    .replace(/^(--[\w-]+)=.* cannot also be provided when using (--\S+)$/, '$2 and $1 exclude each other')
    .replace(/^Expected (--[\w-]+)=(.*) to be one of: (.*)$/, '$1 must be one of $3, not "$2"');
}

function isTexts(values: unknown): values is readonly string[] {
  return Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === 'string');
}

/** The definitions of the arguments that were not given. */
function isArguments(values: unknown): values is readonly { readonly name: string }[] {
  return Array.isArray(values) && values.every((value) => typeof value?.name === 'string');
}

/** Errors of the operating system and the network that no code of ours can cause or cure. Codes: Node's errors.html. */
const ENVIRONMENT_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: 'free some disk space and run the same command again',
  EDQUOT: 'free some disk space and run the same command again',
  EACCES: 'give yourself access to that path, or choose another',
  EPERM: 'give yourself access to that path, or choose another',
  EROFS: 'choose a folder that can be written to',
  EMFILE: 'raise the limit of open files (ulimit -n)',
  ENOTFOUND: 'check the host name and the network',
  EAI_AGAIN: 'check the network: the host name could not be looked up',
  ECONNREFUSED: 'check that the server is running, and its address',
  ECONNRESET: 'run the same command again',
  ETIMEDOUT: 'check the network and run the same command again',
  CERT_HAS_EXPIRED: 'check the clock of this machine and the certificate of the server',
  SELF_SIGNED_CERT_IN_CHAIN: 'name the certificate of your proxy in NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'name the certificate of your proxy in NODE_EXTRA_CA_CERTS',
};

function environmentFailure(thrown: unknown): Failure | undefined {
  for (let error: unknown = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    const step = Object.hasOwn(ENVIRONMENT_ERRORS, code) ? ENVIRONMENT_ERRORS[code] : undefined;
    if (step) return failure(`system_${code.toLowerCase()}`, messageOf(error), EXIT.failed, [step]);
  }
  return undefined;
}

function failure(code: string, message: string, exitCode: ExitCode, nextSteps: readonly string[]): Failure {
  return { code, message, exitCode, nextSteps };
}
