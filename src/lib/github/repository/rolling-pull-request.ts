import type { GitHubClient } from '../client.ts';
import { blobSha, GitObjects } from './git-objects.ts';
import type { RepositoryName } from './repository-name.ts';

/** Files that are proposed to a branch, again and again, by one pull request. */
export interface RollingChange {
  /** Branch of the pull request, which belongs to it alone. */
  readonly branch: string;
  readonly base: string;
  /** Title of the pull request and of its commit. */
  readonly title: string;
  readonly body: string;
  /** Text by path below the root of the repository, with slashes. */
  readonly files: ReadonlyMap<string, string>;
}

export interface RollingPullRequest {
  /** `unchanged`: it has exactly this already. */
  readonly outcome: 'opened' | 'updated' | 'unchanged';
  readonly number: number;
  readonly url: string;
}

interface PullRequestAnswer {
  readonly number: number;
  readonly html_url: string;
}

/**
 * Proposes files by one commit on top of the base: a pull request that is open is brought up to date, else one is opened.
 *
 * @throws as `GitHubClient.rest` does
 */
export async function proposeFiles(
  github: GitHubClient,
  { owner, name }: RepositoryName,
  { branch, base, title, body, files }: RollingChange,
  signal: AbortSignal,
): Promise<RollingPullRequest> {
  const git = new GitObjects(github, { owner, name }, signal);
  const parent = await git.head(base);
  if (parent === null) throw new Error(`the repository has no branch ${base}`);
  const head = await git.head(branch);
  const isCurrent = head !== null && (await hasFiles(git, head, files)) && (await git.parents(head))[0] === parent;
  if (!isCurrent) {
    const sha = await git.commit({ parent, message: title, files });
    if (head === null) await git.create(branch, sha);
    else await git.move(branch, sha, true);
  }
  const parameters = { owner, repo: name, base };
  const { data: open } = await github.rest<readonly PullRequestAnswer[]>({
    route: 'GET /repos/{owner}/{repo}/pulls',
    parameters: { ...parameters, head: `${owner}:${branch}`, state: 'open' },
    signal,
  });
  const [present] = open;
  if (present) return told(present, isCurrent ? 'unchanged' : 'updated');
  const { data } = await github.rest<PullRequestAnswer>({
    route: 'POST /repos/{owner}/{repo}/pulls',
    parameters: { ...parameters, head: branch, title, body },
    signal,
  });
  return told(data, 'opened');
}

async function hasFiles(git: GitObjects, head: string, files: ReadonlyMap<string, string>): Promise<boolean> {
  for (const [path, text] of files) if ((await git.blobAt(head, path)) !== blobSha(text)) return false;
  return true;
}

function told(
  { number, html_url: url }: PullRequestAnswer,
  outcome: RollingPullRequest['outcome'],
): RollingPullRequest {
  return { outcome, number, url };
}
