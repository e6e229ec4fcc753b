import { createHash } from 'node:crypto';

/** A branch's files at one commit. */
export interface Commit {
  readonly sha: string;
  /** Null for the first one. */
  readonly parent: string | null;
  readonly message: string;
  /** By path, without a slash in front. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Git's name of a blob. */
export function blobSha(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** The files of a repository, by branch and commit. */
export class RepositoryFiles {
  readonly defaultBranch = 'main';
  readonly #branches = new Map<string, Commit>();
  readonly #commits = new Map<string, Commit>();
  readonly #seed: string;

  constructor(seed: string) {
    this.#seed = seed;
    this.commit(this.defaultBranch, new Map());
  }

  get branches(): readonly string[] {
    return [...this.#branches.keys()];
  }

  /** The commit of a branch, a full ref or a SHA; null when there is none. */
  at(ref: string): Commit | null {
    const branch = ref.replace(/^refs\/heads\//, '');
    return this.#branches.get(branch) ?? this.#commits.get(ref) ?? null;
  }

  head(): Commit {
    const commit = this.#branches.get(this.defaultBranch);
    if (!commit) throw new Error('the default branch has a commit');
    return commit;
  }

  /** Changes files on a branch, which is made from the default branch when it is new; null as content removes a file. */
  commit(branch: string, changes: ReadonlyMap<string, Buffer | null>, message = ''): Commit {
    const parent = this.#branches.get(branch) ?? this.#branches.get(this.defaultBranch) ?? null;
    const commit = this.#made(parent, changes, `${branch} ${message}`, message);
    this.#branches.set(branch, commit);
    return commit;
  }

  /** A commit that no branch has yet; null where there is no such parent. */
  commitOn(parent: string, changes: ReadonlyMap<string, Buffer | null>, message: string): Commit | null {
    const found = this.#commits.get(parent);
    return found ? this.#made(found, changes, message, message) : null;
  }

  /** Moves a branch forward. @returns false when that would leave a commit of it behind, as on GitHub without force. */
  advance(branch: string, sha: string): boolean {
    const head = this.#branches.get(branch);
    const commit = this.#commits.get(sha);
    if (!head || !commit) return false;
    for (let each: Commit | undefined = commit; each; each = this.#commits.get(each.parent ?? '')) {
      if (each.sha !== head.sha) continue;
      this.#branches.set(branch, commit);
      return true;
    }
    return false;
  }

  /** Makes a branch, or moves it whatever it leaves behind. @returns false where there is no such commit */
  place(branch: string, sha: string): boolean {
    const commit = this.#commits.get(sha);
    if (commit) this.#branches.set(branch, commit);
    return commit !== undefined;
  }

  /** A commit and all before it, oldest first. */
  history(commit: Commit): readonly Commit[] {
    const found: Commit[] = [];
    for (let each: Commit | undefined = commit; each; each = this.#commits.get(each.parent ?? '')) found.push(each);
    return found.reverse();
  }

  #made(parent: Commit | null, changes: ReadonlyMap<string, Buffer | null>, salt: string, message: string): Commit {
    const files = new Map(parent?.files);
    for (const [path, content] of changes) {
      if (content) files.set(path, content);
      else files.delete(path);
    }
    const hash = createHash('sha1').update(`${this.#seed} ${salt} ${parent?.sha ?? ''} ${this.#commits.size}`);
    for (const [path, content] of changes) hash.update(`${path} ${content ? blobSha(content) : ''}\n`);
    const commit = { sha: hash.digest('hex'), parent: parent?.sha ?? null, message, files };
    this.#commits.set(commit.sha, commit);
    return commit;
  }
}
