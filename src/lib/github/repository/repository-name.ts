import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';

export interface RepositoryName {
  readonly owner: string;
  readonly name: string;
}

/** Logins: letters, digits and inner hyphens, 39 at most; an underscore where an enterprise manages its users. */
const OWNER = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,37}[A-Za-z0-9])?$/;
/** Repository names: letters, digits, `.`, `-`, `_`, 100 at most. */
const NAME = /^[A-Za-z0-9._-]{1,100}$/;
const WEB_ADDRESS = /^https?:\/\/[^/]+\/(.*)$/i;

/**
 * Parses `OWNER/REPO`, or the repository's https address as copied from a browser.
 *
 * @throws OperatorError `repository_name_invalid` (exit 2) that names what is wrong with it.
 */
export function parseRepositoryName(text: string): RepositoryName {
  const address = WEB_ADDRESS.exec(text.trim())?.[1];
  const path =
    address === undefined
      ? text.trim()
      : address
          .replace(/[?#].*$/, '')
          .replace(/\/$/, '')
          .replace(/\.git$/, '');
  const [owner, name, ...more] = path.split('/');
  if (!owner || !name || more.length > 0) {
    throw invalid(text, more.length > 0 ? 'it has more than one slash' : 'the owner or the repository is missing');
  }
  if (!OWNER.test(owner)) throw invalid(text, `"${owner}" is no GitHub login`);
  if (!NAME.test(name) || name === '.' || name === '..') throw invalid(text, `"${name}" is no repository name`);
  return { owner, name };
}

/** OWNER/REPO of a git address, undefined where it is none: https, ssh, or scp-like `git@host:owner/repo.git`. */
export function repositoryPath(address: string): string | undefined {
  const match = /(?:^|[/:])([^/:\s]+\/[^/\s]+?)(?:\.git)?\/?$/.exec(address.trim());
  return match?.[1];
}

function invalid(text: string, reason: string): OperatorError {
  return new OperatorError(`"${text}" does not name a repository: ${reason}.`, {
    code: 'repository_name_invalid',
    exitCode: EXIT.usage,
    nextSteps: ['Write OWNER/REPO, e.g. pytorch/pytorch'],
  });
}
