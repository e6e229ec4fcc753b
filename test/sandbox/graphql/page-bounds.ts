import type { FragmentDefinitionNode, SelectionSetNode } from 'graphql';
import { Kind } from 'graphql';
import type { GitHubErrorType } from './errors.ts';

/** GitHub: values of first and last must be within 1-100. */
const PAGE_LIMIT = 100;

export interface PageBounds {
  /** How many nodes the page holds at most; 0 for a bare count. */
  readonly size: number;
  readonly refusal: { readonly type: GitHubErrorType; readonly message: string } | null;
}

/** The names of the fields that are selected at this level, fragments resolved. */
export function selectedFields(
  selections: SelectionSetNode | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlySet<string> {
  const names = (selections?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return [...selectedFields(inner?.selectionSet, fragments)];
  });
  return new Set(names);
}

/** A connection of which only the count is selected needs no page. */
export function selectsRows(selected: ReadonlySet<string>): boolean {
  return selected.has('nodes') || selected.has('edges');
}

/** Reads `first` and `last` of a connection as GitHub does, and words the refusal as GitHub does. */
export function boundsOf(
  connection: string,
  args: Readonly<Record<string, unknown>>,
  selected: ReadonlySet<string>,
): PageBounds {
  for (const argument of ['first', 'last'] as const) {
    const size = args[argument];
    if (typeof size !== 'number') continue;
    const tooMany = `Requesting ${size} records on the \`${connection}\` connection exceeds the \`${argument}\` limit of 100 records.`;
    if (size > PAGE_LIMIT) return { size, refusal: { type: 'EXCESSIVE_PAGINATION', message: tooMany } };
    const negative = `\`${argument}\` on the \`${connection}\` connection cannot be less than zero.`;
    return size < 0
      ? { size: 0, refusal: { type: 'EXCESSIVE_PAGINATION', message: negative } }
      : { size, refusal: null };
  }
  if (!selectsRows(selected)) return { size: 0, refusal: null };
  const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${connection}\` connection.`;
  return { size: 0, refusal: { type: 'MISSING_PAGINATION_BOUNDARIES', message } };
}
