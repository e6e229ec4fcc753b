import type { GraphQLResponse } from '../graphql/engine.ts';
import type { FormattedError } from '../graphql/errors.ts';
import type { Fault } from './script.ts';

type Path = readonly (string | number)[];

/** A place in the answer that may be null. */
interface Slot {
  readonly container: Record<string | number, unknown>;
  readonly key: string | number;
  readonly path: Path;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The outermost nodes: of `nodes(ids:)`, of a page's `nodes` or `edges`, and aliased `pullRequest(number:)`. */
function outermostNodes(value: unknown, path: Path): Slot[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]): Slot[] => {
    const at = [...path, key];
    if (key === 'rateLimit' || key === 'viewer' || key === 'pageInfo' || key === 'owner') return [];
    if (Array.isArray(child)) {
      if (key === 'edges')
        return child.map((edge, index) => ({ container: edge, key: 'node', path: [...at, index, 'node'] }));
      return child.map((_, index) => ({
        container: child as unknown as Record<number, unknown>,
        key: index,
        path: [...at, index],
      }));
    }
    const isNumbered =
      isObject(child) && path.length === 1 && !('nodes' in child) && !('edges' in child) && !('totalCount' in child);
    return isNumbered && key !== 'defaultBranchRef' ? [{ container: value, key, path: at }] : outermostNodes(child, at);
  });
}

/** Every nth so that the given share is hit, at least one; the last one of each stride, so that some come before it. */
function selected(slots: readonly Slot[], share: number): readonly Slot[] {
  const count = Math.ceil(slots.length * share);
  return slots.filter(
    (_, index) => Math.floor(((index + 1) * count) / slots.length) > Math.floor((index * count) / slots.length),
  );
}

function ghostAuthors(value: unknown): void {
  if (Array.isArray(value)) for (const each of value) ghostAuthors(each);
  if (!isObject(value) || Array.isArray(value)) return;
  for (const [key, child] of Object.entries(value)) {
    // A commit's author is a git signature, which survives its account.
    if (key === 'author' && !(isObject(child) && 'date' in child) && !(isObject(child) && 'email' in child))
      value[key] = null;
    else ghostAuthors(child);
  }
}

const SOMETHING_WRONG =
  'Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug.';

/** Punches the fault's holes into an answer; a copy, so that the original stays whole. */
export function withHoles(fault: Fault, response: GraphQLResponse): GraphQLResponse {
  if (!response.data) return response;
  const data = structuredClone(response.data);
  const errors: FormattedError[] = [...(response.errors ?? [])];
  if (fault.type === 'ghost-authors') {
    ghostAuthors(data);
    return { ...response, data };
  }
  for (const slot of selected(outermostNodes(data, []), fault.share ?? 0.5)) {
    if (fault.type === 'null-children') {
      const node = slot.container[slot.key];
      const field = fault.field ?? 'files';
      if (isObject(node) && field in node) {
        node[field] = null;
        errors.push({ path: [...slot.path, field], message: SOMETHING_WRONG });
      }
      continue;
    }
    slot.container[slot.key] = null;
    if (fault.type === 'partial') errors.push({ path: slot.path, message: SOMETHING_WRONG });
    if (fault.type === 'resource-limits') {
      errors.push({
        type: 'RESOURCE_LIMITS_EXCEEDED',
        path: slot.path,
        message: 'Resource limits for this query exceeded.',
      });
    }
  }
  // A query without a list, such as a bare count, is refused as a whole.
  if (fault.type === 'resource-limits' && errors.length === 0) {
    errors.push({ type: 'RESOURCE_LIMITS_EXCEEDED', message: 'Resource limits for this query exceeded.' });
    return { data: null, errors };
  }
  if (fault.type === 'partial' && errors.length === 0) errors.push({ message: SOMETHING_WRONG });
  return { data, ...(errors.length > 0 ? { errors } : {}) };
}
