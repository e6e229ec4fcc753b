import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';

/** Gives the token for the next request. Tokens of a GitHub App change while a program runs. */
export type TokenSource = () => Promise<string>;

/**
 * The token as it goes into a header.
 *
 * @throws OperatorError `token_missing` or `token_malformed` (exit 4). A token with a space or a line break in it would
 *   otherwise be quoted in the error of the HTTP library; ours never holds it.
 */
export function usableToken(token: string): string {
  if (token === '') {
    throw new OperatorError('There is no GitHub token.', {
      code: 'token_missing',
      exitCode: EXIT.auth,
      nextSteps: ['Set GITHUB_TOKEN, or sign in with: gh auth login'],
    });
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new OperatorError('The GitHub token has characters that no token has, e.g. a space or a line break.', {
      code: 'token_malformed',
      exitCode: EXIT.auth,
      nextSteps: ['Copy the token again and set GITHUB_TOKEN without quotes inside the value.'],
    });
  }
  return token;
}
