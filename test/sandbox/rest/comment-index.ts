import type { SandboxRepository } from '../history/repository.ts';

/** One comment of a repository-wide listing: where it is and when it was written. */
interface Place {
  readonly number: number;
  /** Its position among the comments of its pull request. */
  readonly index: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface Indexed {
  readonly revision: string;
  readonly places: readonly Place[];
}

/**
 * The comments of a whole repository in order. It has to derive every pull request once, so it is kept until the
 * repository changes.
 */
export class CommentIndex {
  readonly #select: (
    repository: SandboxRepository,
    number: number,
  ) => readonly { readonly createdAt: string; readonly updatedAt: string }[];
  readonly #indexed = new WeakMap<SandboxRepository, Indexed>();

  constructor(
    select: (
      repository: SandboxRepository,
      number: number,
    ) => readonly { readonly createdAt: string; readonly updatedAt: string }[],
  ) {
    this.#select = select;
  }

  /** Comments that were updated at `since` or later, ordered as GitHub's `sort` and `direction` ask. */
  places(repository: SandboxRepository, query: URLSearchParams): readonly Place[] {
    const since = Date.parse(query.get('since') ?? '');
    const all = this.#all(repository);
    const wanted = Number.isNaN(since) ? all : all.filter((place) => place.updatedAt >= since);
    const sort = query.get('sort');
    if (sort === 'updated') {
      const sorted = [...wanted].sort((a, b) => a.updatedAt - b.updatedAt || a.number - b.number || a.index - b.index);
      return query.get('direction') === 'asc' ? sorted : sorted.reverse();
    }
    return sort === 'created' && query.get('direction') !== 'asc' ? [...wanted].reverse() : wanted;
  }

  #all(repository: SandboxRepository): readonly Place[] {
    const revision = `${repository.updatedAt} ${repository.numbers.length}`;
    const known = this.#indexed.get(repository);
    if (known?.revision === revision) return known.places;
    const places = repository.numbers
      .flatMap((number) =>
        this.#select(repository, number).map((comment, index): Place => {
          return { number, index, createdAt: Date.parse(comment.createdAt), updatedAt: Date.parse(comment.updatedAt) };
        }),
      )
      .sort((a, b) => a.createdAt - b.createdAt || a.number - b.number || a.index - b.index);
    this.#indexed.set(repository, { revision, places });
    return places;
  }
}
