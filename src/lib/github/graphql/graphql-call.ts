import { TransportFailure } from '../../transport-failure.ts';
import type { Permit, Settlement } from '../budget/budget-gate.ts';
import { isRecord, readRateLimitField, readRateSignals } from '../budget/rate-signals.ts';
import type { GraphQLAnswer, GraphQLRequest } from '../client.ts';
import type { CallParts } from '../transport/call-parts.ts';
import { noTries } from '../transport/connection.ts';
import type { Reply } from '../transport/transport.ts';
import { readBody } from '../verdict/reply-text.ts';
import type { DocumentCosts } from './document-costs.ts';
import { type GraphQLVerdict, judgeGraphQL } from './graphql-verdict.ts';

interface Judged {
  readonly verdict: GraphQLVerdict;
  readonly settlement: Settlement;
  /** Points that GitHub told it charged; undefined where it did not tell. */
  readonly cost: number | undefined;
}

/** One GraphQL request, sent again only where GitHub did not execute it (limited, no connection). See `GitHubClient`. */
export async function callGraphQL<Data>(
  parts: CallParts,
  costs: DocumentCosts,
  request: GraphQLRequest,
): Promise<GraphQLAnswer<Data>> {
  const { gate, connection, clock, graphqlUrl } = parts;
  const { document, variables, signal } = request;
  const tries = noTries();
  for (;;) {
    const expected = costs.expected(document);
    const permit = await gate.admit('graphql', expected, signal);
    const startedAt = clock.now();
    const reply = await post(parts, request, permit, expected);
    if (reply instanceof TransportFailure) {
      await connection.recover(reply, graphqlUrl, tries, signal);
      continue;
    }
    connection.reached();
    const { verdict, settlement, cost } = judge(reply, graphqlUrl, repositoryOf(variables), expected);
    permit.settle(settlement);
    if (cost !== undefined) costs.learn(document, cost);
    if (verdict.kind === 'refused') throw verdict.refusal;
    if (verdict.kind === 'failed') throw verdict.error;
    if (verdict.kind === 'answer') {
      // The shape is the document's: GitHub answers exactly the fields that were asked for.
      const data = verdict.data as Data;
      return { data, cost: cost ?? 0, elapsedMs: clock.now() - startedAt, notFound: verdict.notFound };
    }
  }
}

async function post(
  { send, graphqlUrl }: CallParts,
  { document, variables, signal }: GraphQLRequest,
  permit: Permit,
  expected: number,
): Promise<Reply | TransportFailure> {
  try {
    return await send(`POST ${graphqlUrl}`, { query: document, variables }, signal);
  } catch (thrown) {
    const failure = thrown instanceof TransportFailure ? thrown : undefined;
    const untouched = failure?.kind === 'unreachable' || failure?.kind === 'refused_here';
    permit.settle({ kind: 'lost', charged: untouched ? 0 : expected });
    if (failure) return failure;
    throw thrown;
  }
}

function judge(reply: Reply, url: string, repository: string | undefined, expected: number): Judged {
  const { status, headers, trip } = reply;
  const signals = readRateSignals(headers, 'graphql');
  const body = readBody(reply);
  const verdict = judgeGraphQL({ status, headers, signals, body }, url, repository);
  const told = readRateLimitField(body.kind === 'json' && isRecord(body.value) ? body.value['data'] : undefined);
  const kind = verdict.kind === 'limited' ? (`limited_${verdict.limit}` as const) : 'answered';
  const charged = told?.cost ?? unpriced(verdict, expected);
  return { verdict, cost: told?.cost, settlement: { kind, signals, trip, reading: told?.budget, charged } };
}

/** The points of a request whose price GitHub did not tell: time-outs and partial answers are charged, limits are not. */
function unpriced(verdict: GraphQLVerdict, expected: number): number {
  return verdict.kind === 'refused' ? expected : 0;
}

function repositoryOf({ owner, name }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof owner === 'string' && typeof name === 'string' ? `${owner}/${name}` : undefined;
}
