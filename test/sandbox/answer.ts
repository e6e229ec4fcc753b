import type { Reply } from './reply.ts';
import type { RequestKind } from './request-kind.ts';

/** A request that has been read, and how to answer it once it is known that it may be. */
export interface ReadRequest {
  readonly kind: RequestKind;
  readonly resource: 'graphql' | 'rest';
  readonly pageSize: number;
  /** Pull requests that it asks for by id or number, ascending. */
  readonly numbers: readonly number[];
  /** Requests needed to fill the query's connections. */
  readonly requests: number;
  /** True when it is answered although the budget is spent. */
  readonly free: boolean;
  answer(): Answer;
}

export interface Answer {
  readonly reply: Reply;
  /** Points or requests charged. */
  readonly cost: number;
  /** Rows of a REST page; 0 for GraphQL, where the query says it. */
  readonly rows: number;
}
