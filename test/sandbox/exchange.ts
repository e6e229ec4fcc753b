import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../src/lib/clock.ts';
import type { Answer, ReadRequest } from './answer.ts';
import type { Apps } from './apps.ts';
import type { Budgets } from './budgets.ts';
import { deliver } from './delivery.ts';
import type { Faults } from './faults/engine.ts';
import {
  lostAnswerOf,
  primaryLimitReply,
  REDIRECT_MARKER,
  replacementOf,
  secondaryLimitReply,
} from './faults/replacement.ts';
import type { Fault } from './faults/script.ts';
import type { GraphQLService } from './graphql/answer.ts';
import { readGraphQLRequest } from './graphql/answer.ts';
import type { LatencyModel } from './latency.ts';
import type { Ledger } from './ledger.ts';
import { rangesOf } from './ledger.ts';
import type { Reply } from './reply.ts';
import { badCredentials, gatewayPage, messageReply } from './reply.ts';
import type { RestService } from './rest/answer.ts';
import { readRestRequest } from './rest/answer.ts';
import { appReply } from './rest/app-exchange.ts';
import type { Token, Tokens } from './tokens.ts';
import type { ToldLimits } from './told-limits.ts';

/** Everything that an exchange needs of the house. */
export interface House extends GraphQLService, RestService {
  readonly clock: Clock;
  readonly tokens: Tokens;
  readonly apps: Apps;
  readonly budgets: Budgets;
  readonly faults: Faults;
  readonly toldLimits: ToldLimits;
  readonly ledger: Ledger;
  readonly latency: LatencyModel;
  readonly startedAt: number;
  /** How long a secondary limit without `retry-after` holds, as far as the ledger's violations are concerned. */
  readonly bareSecondaryMs: number;
}

/** The request as it came in. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly bytes: Buffer;
  /** Its number in the ledger. */
  readonly ordinal: number;
  readonly at: number;
}

/** What is to be sent, and what the client will know once it has it. */
interface Outcome extends Answer {
  readonly delayMs: number;
  readonly delivered?: () => void;
  readonly overLimit?: true;
}

const NOTHING: ReadRequest = {
  kind: 'rest',
  resource: 'rest',
  pageSize: 0,
  numbers: [],
  requests: 0,
  free: true,
  answer: () => ({ reply: badCredentials(), cost: 0, rows: 0 }),
};

function replaced(reply: Reply, fault: Fault): Outcome {
  return { reply, cost: 0, rows: 0, delayMs: fault.delayMs ?? 0 };
}

function limited(reply: Reply, delayMs: number, delivered: () => void): Outcome {
  return { reply, cost: 0, rows: 0, delayMs, delivered, overLimit: true };
}

/** The outcome of a fault that takes the answer's place; null when the fault leaves it. */
function faultOutcome(
  house: House,
  fault: Fault,
  read: ReadRequest,
  caller: { readonly text: string; readonly token: Token },
  url: URL,
): Outcome | null {
  const { budgets, toldLimits, tokens } = house;
  const { token } = caller;
  switch (fault.type) {
    case 'primary-200':
    case 'primary-403': {
      const budget = budgets.drain(token, read.resource, house.now(), fault.resetInMs);
      const asResource = fault.type === 'primary-403' ? 'rest' : 'graphql';
      const reply = primaryLimitReply(asResource, budget, token.databaseId);
      const headers = { ...reply.headers, 'x-ratelimit-resource': read.resource === 'rest' ? 'core' : 'graphql' };
      return limited({ ...reply, headers }, fault.delayMs ?? 0, () =>
        toldLimits.told(token, [read.resource], budget.resetAt),
      );
    }
    case 'secondary-403':
    case 'secondary-403-bare':
    case 'secondary-429': {
      const { reply, retryAfterMs } = secondaryLimitReply(fault);
      return limited(reply, fault.delayMs ?? 0, () => {
        toldLimits.told(token, ['graphql', 'rest'], house.now() + (retryAfterMs ?? house.bareSecondaryMs));
      });
    }
    case 'hang':
    case 'reset':
      return replaced(gatewayPage(502, 'Bad Gateway'), fault);
    default: {
      if (fault.type === '401' && fault.once !== true) tokens.expire(caller.text);
      const reply = replacementOf(fault, url.href);
      return reply && replaced(reply, fault);
    }
  }
}

/** The outcome without a fault, or with one that only damages the answer. */
function answeredOutcome(house: House, fault: Fault | null, read: ReadRequest, token: Token): Outcome {
  const before = house.budgets.state(token, read.resource, house.now());
  if (before.remaining <= 0 && !read.free) {
    const told = () => house.toldLimits.told(token, [read.resource], before.resetAt);
    return limited(primaryLimitReply(read.resource, before, token.databaseId), 0, told);
  }
  const answer = read.answer();
  const { rows } = answer;
  const reply = (fault && lostAnswerOf(fault)) ?? answer.reply;
  const items = read.resource === 'rest' ? rows : read.pageSize;
  const ms = house.latency.responseMs({ kind: read.kind, items, requests: read.requests, bytes: reply.body.length });
  if (ms > house.latency.deadlineMs) {
    return {
      reply: messageReply(504, "We couldn't respond to your request in time. Sorry about that."),
      cost: answer.cost,
      rows: 0,
      delayMs: house.latency.deadlineMs,
    };
  }
  const after = house.budgets.state(token, read.resource, house.now());
  const delivered = () => {
    if (after.remaining === 0) house.toldLimits.told(token, [read.resource], after.resetAt);
  };
  const held = fault && fault.type !== 'slow-body' ? (fault.delayMs ?? 0) : 0;
  return { ...answer, reply, delayMs: ms + held, delivered };
}

/** Reads, answers and records one request. Never rejects for anything that the client did. */
export async function exchange(house: House, arrival: Arrival): Promise<void> {
  const { request, response, url, bytes, at } = arrival;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const caller = house.tokens.authenticate(request.headers.authorization, at);
  const isGraphQL = request.method === 'POST' && url.pathname === '/graphql';
  const chosen: { fault: Fault | null } = { fault: null };
  let read: ReadRequest = isGraphQL ? { ...NOTHING, kind: 'repository', resource: 'graphql' } : NOTHING;
  if (caller) {
    read = isGraphQL
      ? readGraphQLRequest(house, caller.token, bytes.toString(), () => chosen.fault)
      : readRestRequest(house, caller.token, {
          method: request.method ?? 'GET',
          url,
          bytes,
          accept: request.headers.accept,
          ifNoneMatch: request.headers['if-none-match'],
        });
    if (!url.searchParams.has(REDIRECT_MARKER)) chosen.fault = house.faults.next(read);
  }
  const { fault } = chosen;
  const whileLimited = caller !== null && !read.free && house.toldLimits.isLimited(caller.token, read.resource, at);
  let outcome: Outcome = { ...NOTHING.answer(), delayMs: 0 };
  if (caller) {
    const replacement = fault && faultOutcome(house, fault, read, caller, url);
    outcome = replacement ?? answeredOutcome(house, fault, read, caller.token);
  }
  const { authorization } = request.headers;
  const toApp = caller ? null : appReply(house.apps, request.method ?? 'GET', url.pathname, authorization);
  if (toApp) outcome = { ...outcome, reply: toApp };
  const headers = {
    date: new Date(house.now()).toUTCString(),
    'x-github-request-id': `SANDBOX:${arrival.ordinal}`,
    'x-github-media-type': 'github.v3; format=json',
    ...outcome.reply.headers,
  };
  const status = await deliver(
    response,
    { ...outcome.reply, headers },
    { clock: house.clock, gone: gone.signal, delayMs: outcome.delayMs, fault },
  );
  if (status !== null) outcome.delivered?.();
  house.ledger.record({
    request: arrival.ordinal,
    at: at - house.startedAt,
    kind: read.kind,
    target: `${request.method} ${url.pathname}${url.search}`,
    token: caller?.token.hash ?? null,
    cost: outcome.cost,
    pageSize: read.pageSize,
    numbers: rangesOf(read.numbers),
    status,
    fault: fault?.type ?? null,
    whileLimited,
    overLimit: outcome.overLimit ?? false,
    ms: house.now() - at,
  });
}
