import { OperatorError } from '../../../errors.ts';
import { GitHubRefusal, RateLimitPause } from '../../../github/refusals.ts';

/** Failures after which GitHub would say the same to every further request of a run. */
const FINAL_CODES: ReadonlySet<string> = new Set(['github_unreachable', 'token_rejected', 'sso_required']);

/** Whether there is no use in asking GitHub for anything else now. */
export function endsGitHub(thrown: unknown): boolean {
  return thrown instanceof RateLimitPause || (thrown instanceof OperatorError && FINAL_CODES.has(thrown.code));
}

/**
 * Why GitHub did not tell something, in one sentence.
 *
 * @param permission what the token needs for it, in GitHub's words
 * @throws what was thrown, where that is no failure of GitHub's
 */
export function gitHubFailure(thrown: unknown, permission: string): string {
  if (thrown instanceof OperatorError && thrown.code === 'permission_denied') {
    return `the token may not read this: it needs ${permission}`;
  }
  if (thrown instanceof OperatorError || thrown instanceof GitHubRefusal || thrown instanceof RateLimitPause) {
    return thrown.message.replace(/\.$/, '');
  }
  throw thrown;
}
