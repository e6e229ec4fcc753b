import { OperatorError } from '../../errors.ts';
import type { GitHubClient } from '../client.ts';
import { blobSha, GitObjects } from './git-objects.ts';
import type { RepositoryName } from './repository-name.ts';

/** Files that are to be a commit of a branch. */
export interface FileCommit {
  readonly branch: string;
  /** The commit that they were made from. */
  readonly base: string;
  readonly message: string;
  /** Text by path below the root of the repository, with slashes. */
  readonly files: ReadonlyMap<string, string>;
}

export interface CommittedFiles {
  /** `unchanged`: the branch has exactly this already. */
  readonly outcome: 'committed' | 'unchanged';
  /** Head of the branch now. */
  readonly sha: string;
}

/** Pushes that may come in between before the branch counts as too busy. */
const MOST_TRIES = 5;

/**
 * Commits text files to the head of a branch, as a rebase of them would: what was pushed since `base` stays, and a file
 * that somebody else has changed since is a conflict. A push that comes in between is taken up. Nothing is forced.
 *
 * @throws OperatorError `commit_conflict`, `branch_busy`, `branch_missing`; else as `GitHubClient.rest` does
 * @see https://docs.github.com/en/rest/git
 */
export async function commitFiles(
  github: GitHubClient,
  repository: RepositoryName,
  commit: FileCommit,
  signal: AbortSignal,
): Promise<CommittedFiles> {
  const git = new GitObjects(github, repository, signal);
  const { branch, message, files } = commit;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const head = await git.head(branch);
    if (head === null) throw noBranch(branch);
    if (!(await differsAt(git, head, commit))) return { outcome: 'unchanged', sha: head };
    const sha = await git.commit({ parent: head, message, files });
    if (await git.move(branch, sha, false)) return { outcome: 'committed', sha };
  }
  throw new OperatorError(`the branch ${commit.branch} moved ${MOST_TRIES} times while the commit was made`, {
    code: 'branch_busy',
    nextSteps: ['run the job again: what is done is not done twice'],
  });
}

/** Whether a commit has other files than ours. @throws OperatorError `commit_conflict` */
async function differsAt(git: GitObjects, head: string, { base, branch, files }: FileCommit): Promise<boolean> {
  let differs = false;
  for (const [path, text] of files) {
    const there = await git.blobAt(head, path);
    if (there === blobSha(text)) continue;
    if (head !== base && there !== (await git.blobAt(base, path))) throw conflict(branch, path);
    differs = true;
  }
  return differs;
}

function noBranch(branch: string): OperatorError {
  return new OperatorError(`there is no branch ${branch}`, {
    code: 'branch_missing',
    nextSteps: ['name a branch of the repository: --branch main'],
  });
}

function conflict(branch: string, path: string): OperatorError {
  return new OperatorError(`${path} was changed on ${branch} since this run began: nothing is committed`, {
    code: 'commit_conflict',
    nextSteps: ['see what was changed there', 'run the workflow again from the head of the branch'],
  });
}
