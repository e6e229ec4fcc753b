import type { Answer, ReadRequest } from '../answer.ts';
import type { Budgets } from '../budgets.ts';
import { rateLimitHeaders } from '../budgets.ts';
import { withHoles } from '../faults/holes.ts';
import type { Fault } from '../faults/script.ts';
import { isoSeconds } from '../history/records.ts';
import type { Repositories } from '../history/repositories.ts';
import { jsonReply, messageReply } from '../reply.ts';
import type { Token } from '../tokens.ts';
import { QueryContext } from './context.ts';
import type { GraphQLEngine, GraphQLResponse, PreparedQuery } from './engine.ts';
import { UnreadableQuery } from './engine.ts';

const HOLES: ReadonlySet<Fault['type']> = new Set([
  'partial',
  'null-nodes',
  'null-children',
  'resource-limits',
  'ghost-authors',
]);

/** What stands behind `POST /graphql`. */
export interface GraphQLService {
  readonly engine: GraphQLEngine;
  readonly repositories: Repositories;
  readonly budgets: Budgets;
  now(): number;
}

const UNPLANNED = {
  kind: 'repository',
  resource: 'graphql',
  pageSize: 0,
  numbers: [],
  requests: 0,
  free: false,
} as const;

function unexecuted(service: GraphQLService, token: Token, response: GraphQLResponse): ReadRequest {
  const answer = (): Answer => {
    const headers = rateLimitHeaders('graphql', service.budgets.state(token, 'graphql', service.now()));
    return { reply: jsonReply(200, response, headers), cost: 0, rows: 0 };
  };
  return { ...UNPLANNED, answer };
}

function execute(service: GraphQLService, token: Token, query: PreparedQuery, fault: Fault | null): Answer {
  const { plan } = query;
  const cost = plan.dryRun ? 0 : plan.cost;
  const now = service.now();
  const budget = service.budgets.charge(token, 'graphql', cost, now);
  const context = new QueryContext({
    repositories: service.repositories,
    sees: (repository) => token.sees(repository),
    viewer: { login: token.login, databaseId: token.databaseId },
    rateLimit: {
      limit: budget.limit,
      cost: plan.cost,
      remaining: budget.remaining,
      used: budget.used,
      resetAt: isoSeconds(budget.resetAt / 1000),
      nodeCount: plan.nodeCount,
    },
    dryRun: plan.dryRun,
  });
  const response = service.engine.execute(query, context);
  const served = fault && HOLES.has(fault.type) ? withHoles(fault, response) : response;
  return { reply: jsonReply(200, served, rateLimitHeaders('graphql', budget)), cost, rows: 0 };
}

/** Reads the body of `POST /graphql`. The fault is asked for when the answer is made, after it was chosen. */
export function readGraphQLRequest(
  service: GraphQLService,
  token: Token,
  body: string,
  fault: () => Fault | null,
): ReadRequest {
  let prepared: PreparedQuery | GraphQLResponse;
  try {
    prepared = service.engine.prepare(body);
  } catch (thrown) {
    if (!(thrown instanceof UnreadableQuery)) throw thrown;
    return { ...UNPLANNED, answer: () => ({ reply: messageReply(400, 'Problems parsing JSON'), cost: 0, rows: 0 }) };
  }
  if (!('plan' in prepared)) return unexecuted(service, token, prepared);
  const query = prepared;
  const { kind, pageSize, numbers, requests } = query.plan;
  return {
    kind,
    resource: 'graphql',
    pageSize,
    numbers,
    requests,
    free: false,
    answer: () => execute(service, token, query, fault()),
  };
}
