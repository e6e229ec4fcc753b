import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { GraphQLError, Kind, parse, validate } from 'graphql';

/** A query text that was read once. */
export interface PreparedDocument {
  readonly document: DocumentNode | null;
  /** Why it is not a valid query against GitHub's schema. */
  readonly errors: readonly GraphQLError[];
}

const CAPACITY = 500;

/** Parsed and validated documents by their text: validation costs far more than most executions. */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #prepared = new Map<string, PreparedDocument>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  prepare(text: string): PreparedDocument {
    const known = this.#prepared.get(text);
    if (known) return known;
    const made = this.#read(text);
    const oldest = this.#prepared.keys().next();
    if (this.#prepared.size >= CAPACITY && !oldest.done) this.#prepared.delete(oldest.value);
    this.#prepared.set(text, made);
    return made;
  }

  #read(text: string): PreparedDocument {
    try {
      const document = parse(text);
      return { document, errors: validate(this.#schema, document) };
    } catch (thrown) {
      if (thrown instanceof GraphQLError) return { document: null, errors: [thrown] };
      throw thrown;
    }
  }
}

/** The operation to run; null when the name is wrong or missing where it is needed. */
export function operationOf(document: DocumentNode, name: string | null): OperationDefinitionNode | null {
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  if (name !== null) return operations.find((each) => each.name?.value === name) ?? null;
  return operations.length === 1 ? (operations[0] ?? null) : null;
}
