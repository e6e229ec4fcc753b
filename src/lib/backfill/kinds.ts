import { INNER_CONNECTIONS, type InnerConnection } from '../github/graphql/documents.ts';
import type { ChildKind } from '../progress/events.ts';

/**
 * The child kinds to capture, from those chosen with `--only`; all of them without it. Reviews bring their review comments with
 * them. Sorted, so that equal choices compare equal in the database.
 */
export function childKinds(only: readonly InnerConnection[] | undefined): readonly ChildKind[] {
  const kinds = new Set<ChildKind>(only ?? INNER_CONNECTIONS);
  if (kinds.has('reviews')) {
    kinds.add('review_comments');
  }
  return [...kinds].sort();
}

/** The connections that are asked for with a pull request. */
export function innerConnections(kinds: readonly ChildKind[]): readonly InnerConnection[] {
  return INNER_CONNECTIONS.filter((kind) => kinds.includes(kind));
}
