import { createHash } from 'node:crypto';
import type { GitHubClient } from '../client.ts';
import type { RepositoryName } from './repository-name.ts';

/** A commit that is to be made. */
export interface NewCommit {
  readonly parent: string;
  readonly message: string;
  /** Text by path below the root of the repository, with slashes. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * The objects of a repository's git database on GitHub. All throw as `GitHubClient.rest` does.
 *
 * @see https://docs.github.com/en/rest/git
 */
export class GitObjects {
  readonly #github: GitHubClient;
  readonly #repository: RepositoryName;
  readonly #signal: AbortSignal;

  constructor(github: GitHubClient, repository: RepositoryName, signal: AbortSignal) {
    this.#github = github;
    this.#repository = repository;
    this.#signal = signal;
  }

  /** The commit that a branch is at; null where there is no such branch. */
  async head(branch: string): Promise<string | null> {
    const { status, data } = await this.#rest<{ readonly object: { readonly sha: string } }>(
      'GET',
      '/git/ref/heads/{branch}',
      { branch },
      [404],
    );
    return status === 404 ? null : data.object.sha;
  }

  /** Ids of the commits that a commit was made on. */
  async parents(sha: string): Promise<readonly string[]> {
    const { data } = await this.#rest<{ readonly parents: readonly { readonly sha: string }[] }>(
      'GET',
      '/git/commits/{sha}',
      { sha },
    );
    return data.parents.map((parent) => parent.sha);
  }

  /** Makes a commit that no branch has yet. @returns its id */
  async commit({ parent, message, files }: NewCommit): Promise<string> {
    const { data } = await this.#rest<{ readonly tree: Id }>('GET', '/git/commits/{parent}', { parent });
    const tree = await this.#rest<Id>('POST', '/git/trees', {
      base_tree: data.tree.sha,
      tree: [...files].map(([path, content]) => ({ path, mode: '100644', type: 'blob', content })),
    });
    const made = await this.#rest<Id>('POST', '/git/commits', { message, tree: tree.data.sha, parents: [parent] });
    return made.data.sha;
  }

  /** Makes a branch. */
  async create(branch: string, sha: string): Promise<void> {
    await this.#rest('POST', '/git/refs', { ref: `refs/heads/${branch}`, sha });
  }

  /** Moves a branch; with `force` also to a commit without what the branch has. @returns false where that needs force */
  async move(branch: string, sha: string, force: boolean): Promise<boolean> {
    const { status } = await this.#rest('PATCH', '/git/refs/heads/{branch}', { branch, sha, force }, [422]);
    return status !== 422;
  }

  /** Git's name of a file's content at a commit or branch; undefined where there is no such file. */
  async blobAt(ref: string, path: string): Promise<string | undefined> {
    const { owner, name } = this.#repository;
    const { status, data } = await this.#github.rest<Id>({
      route: 'GET /repos/{owner}/{repo}/contents/{path}',
      parameters: { owner, repo: name, path, ref },
      // Files above 1 MB are told of in this form only (docs.github.com, "Get repository content").
      accept: 'application/vnd.github.object+json',
      answers: [404],
      signal: this.#signal,
    });
    return status === 404 ? undefined : data.sha;
  }

  async #rest<Data>(
    method: string,
    path: string,
    parameters: Readonly<Record<string, unknown>>,
    answers: readonly number[] = [],
  ): Promise<{ readonly status: number; readonly data: Data }> {
    const { owner, name } = this.#repository;
    return await this.#github.rest<Data>({
      route: `${method} /repos/{owner}/{repo}${path}`,
      parameters: { owner, repo: name, ...parameters },
      answers,
      signal: this.#signal,
    });
  }
}

interface Id {
  readonly sha: string;
}

/** Git's name of a text (git-hash-object(1)). */
export function blobSha(text: string): string {
  const content = Buffer.from(text);
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
