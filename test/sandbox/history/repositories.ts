import { OperatorError } from '../../../src/lib/errors.ts';
import type { RepositoryOptions } from './repository.ts';
import { SandboxRepository } from './repository.ts';

/** What a name leads to. */
export type Lookup =
  | { readonly found: SandboxRepository; readonly renamed: boolean }
  /** No such repository, or one that was removed. */
  | null;

/** Every repository of a sandbox, by its present name, its former names and its id. Names ignore case, as on GitHub. */
export class Repositories {
  readonly #byName = new Map<string, SandboxRepository>();
  readonly #formerly = new Map<string, SandboxRepository>();
  readonly #byId = new Map<number, SandboxRepository>();
  #created = 0;

  /** @throws OperatorError `repository_exists`. A former name that is used again no longer redirects. */
  create(options: RepositoryOptions): SandboxRepository {
    const key = `${options.owner}/${options.name}`.toLowerCase();
    if (this.#byName.has(key)) {
      throw new OperatorError(`The sandbox already has a repository ${options.owner}/${options.name}`, {
        code: 'repository_exists',
      });
    }
    const repository = new SandboxRepository(options, this.#created);
    this.#created += 1;
    this.#byName.set(key, repository);
    this.#formerly.delete(key);
    this.#byId.set(repository.databaseId, repository);
    return repository;
  }

  all(): readonly SandboxRepository[] {
    return [...this.#byName.values()];
  }

  byName(owner: string, name: string): Lookup {
    const key = `${owner}/${name}`.toLowerCase();
    const found = this.#byName.get(key);
    if (found) return { found, renamed: false };
    const moved = this.#formerly.get(key);
    return moved ? { found: moved, renamed: true } : null;
  }

  byId(databaseId: number): SandboxRepository | null {
    return this.#byId.get(databaseId) ?? null;
  }

  /** @throws OperatorError `repository_unknown`. */
  require(nameWithOwner: string): SandboxRepository {
    const [owner = '', name = ''] = nameWithOwner.split('/');
    const lookup = this.byName(owner, name);
    if (!lookup) {
      const known = this.all().map((each) => each.nameWithOwner);
      throw new OperatorError(`The sandbox has no repository ${nameWithOwner}; it has ${known.join(', ') || 'none'}`, {
        code: 'repository_unknown',
      });
    }
    return lookup.found;
  }

  /** Renames or transfers; the old name keeps leading here. */
  move(repository: SandboxRepository, to: { readonly owner?: string; readonly name?: string }): void {
    const before = repository.nameWithOwner.toLowerCase();
    this.#byName.delete(before);
    this.#formerly.set(before, repository);
    repository.owner = to.owner ?? repository.owner;
    repository.name = to.name ?? repository.name;
    const after = repository.nameWithOwner.toLowerCase();
    this.#formerly.delete(after);
    this.#byName.set(after, repository);
  }

  /** From now on neither its name nor its id leads anywhere. */
  remove(repository: SandboxRepository): void {
    this.#byName.delete(repository.nameWithOwner.toLowerCase());
    this.#byId.delete(repository.databaseId);
    for (const [key, former] of this.#formerly) if (former === repository) this.#formerly.delete(key);
  }
}
