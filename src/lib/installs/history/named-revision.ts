import { execa } from 'execa';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { GIT_ENVIRONMENT, type GitRepository } from './repository.ts';

/** One commit, by its id. */
export interface NamedCommit {
  readonly commit: string;
  /** Seconds since the epoch. */
  readonly committedAt: number;
}

/**
 * The commit that a revision names (gitrevisions(7)). What looks like an option of git is none.
 *
 * @throws OperatorError `revision_unknown`, exit 2
 */
export async function resolveCommit(repository: GitRepository, revision: string): Promise<NamedCommit> {
  const found = revision.startsWith('-')
    ? null
    : await git(repository, ['log', '-1', '--format=%H %ct', `${revision}^{commit}`, '--']);
  const [commit, seconds] = found?.split(' ') ?? [];
  if (commit === undefined || seconds === undefined) {
    throw new OperatorError(`${revision} is no revision of the repository ${repository.root}`, {
      code: 'revision_unknown',
      exitCode: EXIT.usage,
      nextSteps: [`see the revisions of the file: git log --all --oneline -- ${repository.path}`],
    });
  }
  return { commit, committedAt: Number(seconds) };
}

/** A file as it was in a commit; null where the commit does not have it. */
export async function textAt(repository: GitRepository, commit: string, path: string): Promise<string | null> {
  return await git(repository, ['cat-file', 'blob', `${commit}:${path}`]);
}

/**
 * A file as it was at a revision.
 *
 * @throws OperatorError `revision_unknown`, `revision_without_file`, exit 2
 */
export async function fileAt(
  repository: GitRepository,
  revision: string,
  path: string,
): Promise<NamedCommit & { readonly text: string }> {
  const named = await resolveCommit(repository, revision);
  const text = await textAt(repository, named.commit, path);
  if (text === null) {
    throw new OperatorError(`the revision ${revision} has no file ${path}`, {
      code: 'revision_without_file',
      exitCode: EXIT.usage,
      nextSteps: [`see the revisions of the file: git log --all --oneline -- ${path}`],
    });
  }
  return { ...named, text };
}

/** The newest commit that two have in common; null where there is none, or it is not in this clone. */
export async function mergeBase(repository: GitRepository, a: string, b: string): Promise<string | null> {
  return await git(repository, ['merge-base', a, b]);
}

/** What git answers, with its line end taken away; null where it refuses. */
async function git(repository: GitRepository, args: readonly string[]): Promise<string | null> {
  const { stdout, failed } = await execa('git', args, {
    cwd: repository.root,
    env: GIT_ENVIRONMENT,
    reject: false,
    timeout: 30_000,
  });
  return failed ? null : stdout;
}
