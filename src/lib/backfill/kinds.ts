import { OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { INNER_CONNECTIONS, type InnerConnection } from '../github/documents.ts';
import type { ChildKind } from '../progress/events.ts';

/**
 * The child kinds that `--only files,reviews,comments,commits` asks for; all of them without it. Reviews bring their review
 * comments with them. The result is sorted, so that equal choices compare equal in the database.
 *
 * @throws OperatorError (exit 2) naming the word that is no kind.
 */
export function parseKinds(only: string | undefined): readonly ChildKind[] {
  const words = only === undefined ? [...INNER_CONNECTIONS] : only.split(',').map((word) => word.trim());
  const kinds = new Set<ChildKind>();
  for (const word of words) {
    if (!(INNER_CONNECTIONS as readonly string[]).includes(word)) {
      throw new OperatorError(`--only: "${word}" is not a kind`, {
        code: 'invalid_kinds',
        exitCode: EXIT.usage,
        nextSteps: [`Choose from ${INNER_CONNECTIONS.join(', ')}, separated by commas: --only files,commits`],
      });
    }
    kinds.add(word as InnerConnection);
  }
  if (kinds.has('reviews')) {
    kinds.add('review_comments');
  }
  return [...kinds].sort();
}

/** The connections that are asked for with a pull request. */
export function innerConnections(kinds: readonly ChildKind[]): readonly InnerConnection[] {
  return INNER_CONNECTIONS.filter((kind) => kinds.includes(kind));
}
