import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
} from 'graphql';
import { parseNodeId } from '../history/identifiers.ts';
import type { RequestKind } from '../request-kind.ts';
import type { FormattedError, GitHubErrorType } from './errors.ts';
import { boundsOf, selectedFields, selectsRows } from './page-bounds.ts';

/** GitHub: individual calls cannot request more than 500,000 total nodes. */
const NODE_LIMIT = 500_000;
const IDS_LIMIT = 100;

/** What a query will cost and touch, known before it is executed. */
export interface QueryPlan {
  readonly kind: RequestKind;
  /** Requests needed to fill every connection: the measure of GitHub's price. */
  readonly requests: number;
  /** Points: requests / 100, rounded, at least 1. */
  readonly cost: number;
  readonly nodeCount: number;
  /** How many pull requests or ids are asked for at once. */
  readonly pageSize: number;
  /** The pull requests that are asked for by id or number, ascending, each once. */
  readonly numbers: readonly number[];
  readonly dryRun: boolean;
  /** Why GitHub refuses it unexecuted. */
  readonly refusals: readonly FormattedError[];
}

/** Connections of a pull request whose presence makes a query a hydration. */
const CHILD_CONNECTIONS = new Set([
  'files',
  'reviews',
  'comments',
  'commits',
  'reviewThreads',
  'timelineItems',
  'labels',
  'assignees',
]);

interface Frame {
  /** How many parents there are at most. */
  readonly parents: number;
  readonly path: readonly string[];
}

class Planner {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #seen = new Set<string>();
  readonly #numbers = new Set<number>();
  readonly #refusals: FormattedError[] = [];
  #requests = 0;
  #nodes = 0;
  #asked = 0;
  #pageOfPullRequests = 0;
  #hasChildren = false;
  #hasReviewComments = false;
  #byId = false;
  #dryRun = false;

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Readonly<Record<string, unknown>>) {
    this.#schema = schema;
    this.#variables = variables;
    this.#fragments = new Map(
      document.definitions.flatMap((each) =>
        each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
      ),
    );
  }

  plan(operation: OperationDefinitionNode): QueryPlan {
    const root = this.#schema.getRootType(operation.operation);
    if (root) this.#walk(operation.selectionSet, root.name, { parents: 1, path: [] });
    if (this.#nodes > NODE_LIMIT) {
      const nodes = this.#nodes.toLocaleString('en-US');
      this.#refuse(
        'MAX_NODE_LIMIT_EXCEEDED',
        [],
        `This query requests up to ${nodes} possible nodes which exceeds the maximum limit of 500,000.`,
      );
    }
    return {
      kind: this.#kind(),
      requests: this.#requests,
      cost: Math.max(1, Math.round(this.#requests / 100)),
      nodeCount: this.#nodes,
      pageSize: this.#asked || this.#pageOfPullRequests,
      numbers: [...this.#numbers].sort((a, b) => a - b),
      dryRun: this.#dryRun,
      refusals: this.#refusals,
    };
  }

  #kind(): RequestKind {
    if (this.#hasChildren) return 'hydrate';
    if (this.#hasReviewComments) return 'reviews';
    if (this.#byId) return 'hydrate';
    return this.#pageOfPullRequests > 0 ? 'enumerate' : 'repository';
  }

  #refuse(type: GitHubErrorType, path: readonly string[], message: string): void {
    this.#refusals.push({ type, path, message });
  }

  #walk(selections: SelectionSetNode, typeName: string, frame: Frame): void {
    for (const selection of selections.selections) {
      if (getDirectiveValues(GraphQLSkipDirective, selection, this.#variables)?.['if'] === true) continue;
      if (getDirectiveValues(GraphQLIncludeDirective, selection, this.#variables)?.['if'] === false) continue;
      if (selection.kind === Kind.FIELD) this.#field(selection, typeName, frame);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        this.#walk(selection.selectionSet, selection.typeCondition?.name.value ?? typeName, frame);
      } else {
        const fragment = this.#fragments.get(selection.name.value);
        if (fragment) this.#walk(fragment.selectionSet, fragment.typeCondition.name.value, frame);
      }
    }
  }

  #field(node: FieldNode, typeName: string, frame: Frame): void {
    const type = this.#schema.getType(typeName);
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    const field = type.getFields()[node.name.value];
    if (!field) return;
    const path = [...frame.path, node.alias?.value ?? node.name.value];
    const args = getArgumentValues(field, node, this.#variables);
    const childType = getNamedType(field.type).name;
    let { parents } = frame;
    if (typeName === 'Query') parents = this.#entryPoint(field, args, path);
    else if (childType.endsWith('Connection')) parents = this.#connection(node, typeName, args, { parents, path });
    else if (typeName === 'Repository' && field.name === 'pullRequest') {
      this.#byId = true;
      this.#asked += 1;
      if (typeof args['number'] === 'number') this.#numbers.add(args['number']);
    }
    if (node.selectionSet) this.#walk(node.selectionSet, childType, { parents, path });
  }

  #entryPoint(
    field: GraphQLField<unknown, unknown>,
    args: Readonly<Record<string, unknown>>,
    path: readonly string[],
  ): number {
    if (field.name === 'rateLimit') this.#dryRun ||= args['dryRun'] === true;
    if (field.name !== 'nodes' && field.name !== 'node') return 1;
    const ids = field.name === 'node' ? [args['id']] : Array.isArray(args['ids']) ? args['ids'] : [];
    if (ids.length > IDS_LIMIT) {
      this.#refuse('ARGUMENT_LIMIT', path, `You may not provide more than 100 node ids; you provided ${ids.length}.`);
    }
    for (const id of ids) {
      const reference = typeof id === 'string' ? parseNodeId(id) : null;
      if (reference?.type === 'Repository') continue;
      this.#asked += 1;
      if (reference) this.#numbers.add(reference.number);
      if (reference?.type === 'PullRequest') this.#byId = true;
    }
    if (field.name === 'node') return 1;
    this.#price(path, 1, ids.length);
    return ids.length;
  }

  #connection(node: FieldNode, typeName: string, args: Readonly<Record<string, unknown>>, frame: Frame): number {
    const { parents, path } = frame;
    const name = node.name.value;
    const selected = selectedFields(node.selectionSet, this.#fragments);
    const { size, refusal } = boundsOf(name, args, selected);
    if (refusal) this.#refuse(refusal.type, path, refusal.message);
    this.#price(path, parents, parents * size);
    if (typeName === 'PullRequest' && CHILD_CONNECTIONS.has(name)) this.#hasChildren = true;
    if (typeName === 'PullRequestReview' && name === 'comments') this.#hasReviewComments = true;
    // The single newest pull request beside a repository's scalars is no page of a listing.
    const isListing = selectsRows(selected) && (size > 1 || selected.has('pageInfo'));
    if (typeName === 'Repository' && name === 'pullRequests' && isListing) this.#pageOfPullRequests += size;
    return parents * Math.max(1, size);
  }

  /** Each connection counts once, also when two fragments select it. */
  #price(path: readonly string[], requests: number, nodes: number): void {
    const key = path.join('.');
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#requests += requests;
    this.#nodes += nodes;
  }
}

/**
 * Prices a query by GitHub's documented formula (GraphQL, "Rate limits and query limits"): the requests needed to fill
 * each unique connection if every `first` is reached, divided by 100, rounded, at least 1.
 */
export function planQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): QueryPlan {
  return new Planner(schema, document, variables).plan(operation);
}
