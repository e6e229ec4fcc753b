import type { DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { executeSync, getVariableValues } from 'graphql';
import { z } from 'zod';
import type { QueryContext } from './context.ts';
import { Documents, operationOf } from './documents.ts';
import type { FormattedError } from './errors.ts';
import { formatError } from './errors.ts';
import type { QueryPlan } from './plan.ts';
import { planQuery } from './plan.ts';
import { readField } from './resolvers.ts';

const body = z.looseObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

export interface GraphQLResponse {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly FormattedError[];
}

/** A query that can be executed. */
export interface PreparedQuery {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly plan: QueryPlan;
}

/** GitHub's answer to a body that is no query at all: HTTP 400. */
export class UnreadableQuery extends Error {}

/** Prepares and executes queries against GitHub's schema. */
export class GraphQLEngine {
  readonly #schema: GraphQLSchema;
  readonly #documents: Documents;

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
    this.#documents = new Documents(schema);
  }

  /**
   * Reads a request body. An invalid query is given back as GitHub's answer to it (HTTP 200 with errors).
   * @throws UnreadableQuery when the body is not a GraphQL request.
   */
  prepare(text: string): PreparedQuery | GraphQLResponse {
    let parsed: z.infer<typeof body>;
    try {
      parsed = body.parse(JSON.parse(text));
    } catch (thrown) {
      throw new UnreadableQuery('Problems parsing JSON', { cause: thrown });
    }
    const { document, errors } = this.#documents.prepare(parsed.query);
    if (!document || errors.length > 0) return { errors: errors.map(formatError) };
    const operation = operationOf(document, parsed.operationName ?? null);
    if (!operation) return { errors: [{ message: 'An operation name is required' }] };
    const values = getVariableValues(this.#schema, operation.variableDefinitions ?? [], parsed.variables ?? {});
    if (values.errors) return { errors: values.errors.map(formatError) };
    const plan = planQuery(this.#schema, document, operation, values.coerced);
    if (plan.refusals.length > 0) return { data: null, errors: plan.refusals };
    return { document, operation, variables: parsed.variables ?? {}, plan };
  }

  /** Executes without a single promise: everything is derived in memory. */
  execute(query: PreparedQuery, context: QueryContext): GraphQLResponse {
    const result: ExecutionResult<Record<string, unknown>> = executeSync({
      schema: this.#schema,
      document: query.document,
      operationName: query.operation.name?.value,
      variableValues: query.variables,
      contextValue: context,
      rootValue: {},
      fieldResolver: readField,
    });
    const { data, errors } = result;
    return { data: data ?? null, ...(errors ? { errors: errors.map(formatError) } : {}) };
  }
}
