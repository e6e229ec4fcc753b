import { createHash } from 'node:crypto';
import { OperatorError } from '../errors.ts';
import type { GitHubClient } from './client.ts';
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
 * @throws OperatorError `commit_conflict`, `branch_busy`; else as `GitHubClient.rest` does
 * @see https://docs.github.com/en/rest/git
 */
export async function commitFiles(
  github: GitHubClient,
  repository: RepositoryName,
  commit: FileCommit,
  signal: AbortSignal,
): Promise<CommittedFiles> {
  const branch = new Branch(github, repository, commit, signal);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const head = await branch.head();
    if (!(await branch.differsAt(head))) return { outcome: 'unchanged', sha: head };
    const sha = await branch.commitOn(head);
    if (await branch.advance(sha)) return { outcome: 'committed', sha };
  }
  throw new OperatorError(`the branch ${commit.branch} moved ${MOST_TRIES} times while the commit was made`, {
    code: 'branch_busy',
    nextSteps: ['run the job again: what is done is not done twice'],
  });
}

class Branch {
  readonly #github: GitHubClient;
  readonly #repository: RepositoryName;
  readonly #commit: FileCommit;
  readonly #signal: AbortSignal;

  constructor(github: GitHubClient, repository: RepositoryName, commit: FileCommit, signal: AbortSignal) {
    this.#github = github;
    this.#repository = repository;
    this.#commit = commit;
    this.#signal = signal;
  }

  async head(): Promise<string> {
    const { branch } = this.#commit;
    const found = await this.#rest<{ readonly object: { readonly sha: string } }>('GET', '/git/ref/heads/{branch}', {
      branch,
    });
    return found.object.sha;
  }

  /** Whether a commit has other files than ours. @throws OperatorError `commit_conflict` */
  async differsAt(head: string): Promise<boolean> {
    const { base, branch, files } = this.#commit;
    let differs = false;
    for (const [path, text] of files) {
      const there = await this.#blobAt(head, path);
      if (there === blobSha(text)) continue;
      if (head !== base && there !== (await this.#blobAt(base, path))) throw conflict(branch, path);
      differs = true;
    }
    return differs;
  }

  async commitOn(parent: string): Promise<string> {
    const { files, message } = this.#commit;
    const { tree } = await this.#rest<{ readonly tree: { readonly sha: string } }>('GET', '/git/commits/{parent}', {
      parent,
    });
    const changed = await this.#rest<{ readonly sha: string }>('POST', '/git/trees', {
      base_tree: tree.sha,
      tree: [...files].map(([path, content]) => ({ path, mode: '100644', type: 'blob', content })),
    });
    const made = await this.#rest<{ readonly sha: string }>('POST', '/git/commits', {
      message,
      tree: changed.sha,
      parents: [parent],
    });
    return made.sha;
  }

  /** @returns false when the branch has moved on meanwhile */
  async advance(sha: string): Promise<boolean> {
    const { owner, name } = this.#repository;
    const { status } = await this.#github.rest<unknown>({
      route: 'PATCH /repos/{owner}/{repo}/git/refs/heads/{branch}',
      parameters: { owner, repo: name, branch: this.#commit.branch, sha, force: false },
      answers: [422],
      signal: this.#signal,
    });
    return status !== 422;
  }

  /** Git's name of a file's content; undefined where there is no such file. */
  async #blobAt(ref: string, path: string): Promise<string | undefined> {
    const { owner, name } = this.#repository;
    const { status, data } = await this.#github.rest<{ readonly sha: string }>({
      route: 'GET /repos/{owner}/{repo}/contents/{path}',
      parameters: { owner, repo: name, path, ref },
      answers: [404],
      signal: this.#signal,
    });
    return status === 404 ? undefined : data.sha;
  }

  async #rest<Data>(method: string, path: string, parameters: Readonly<Record<string, unknown>>): Promise<Data> {
    const { owner, name } = this.#repository;
    const route = `${method} /repos/{owner}/{repo}${path}`;
    const all = { owner, repo: name, ...parameters };
    return (await this.#github.rest<Data>({ route, parameters: all, signal: this.#signal })).data;
  }
}

/** git-hash-object(1). */
function blobSha(text: string): string {
  const content = Buffer.from(text);
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

function conflict(branch: string, path: string): OperatorError {
  return new OperatorError(`${path} was changed on ${branch} since this run began: nothing is committed`, {
    code: 'commit_conflict',
    nextSteps: ['see what was changed there', 'run the workflow again from the head of the branch'],
  });
}
