import { createHash } from 'node:crypto';
import type { Answer, ReadRequest } from '../answer.ts';
import type { Budgets } from '../budgets.ts';
import { rateLimitHeaders } from '../budgets.ts';
import type { Repositories } from '../history/repositories.ts';
import type { Reply } from '../reply.ts';
import { jsonReply, notFound } from '../reply.ts';
import type { Token } from '../tokens.ts';
import { pageRequest } from './pages.ts';
import type { Router } from './router.ts';
import type { RestResult } from './routes.ts';

/** What stands behind everything but `POST /graphql`. */
export interface RestService {
  readonly router: Router;
  readonly repositories: Repositories;
  readonly budgets: Budgets;
  now(): number;
}

export interface RestRequestInput {
  readonly method: string;
  readonly url: URL;
  readonly bytes: Buffer;
  readonly accept: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

function replyOf(result: RestResult): Reply {
  const { status, body, headers = {} } = result;
  if (typeof body === 'string' || Buffer.isBuffer(body)) return { status, headers, body };
  return body === undefined ? { status, headers, body: '' } : jsonReply(status, body, headers);
}

/** GitHub's weak tag of the content. */
function entityTag(body: string | Buffer): string {
  return `W/"${createHash('sha256').update(body).digest('hex')}"`;
}

function parseBody(text: string): unknown {
  if (text === '') return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return null;
  }
}

/** Reads a REST request; a 304 and what the route calls free are not charged. */
export function readRestRequest(service: RestService, token: Token, input: RestRequestInput): ReadRequest {
  const { method, url } = input;
  const found = service.router.find(method, url.pathname);
  const number = Number(found?.params['number']);
  const answer = (): Answer => {
    const now = service.now();
    const result = found?.route.answer({
      method,
      params: found.params,
      query: url.searchParams,
      body: parseBody(input.bytes.toString()),
      bytes: input.bytes,
      accept: input.accept ?? '',
      baseUrl: url.origin,
      token,
      repositories: service.repositories,
      budget: (resource) => service.budgets.state(token, resource, now),
    });
    const made = result ? replyOf(result) : notFound();
    const tagged = method === 'GET' && made.status === 200 ? { etag: entityTag(made.body) } : {};
    const unchanged =
      'etag' in tagged && input.ifNoneMatch !== undefined && input.ifNoneMatch.split(/,\s*/).includes(tagged.etag);
    const cost = unchanged || result?.free ? 0 : 1;
    const budget = service.budgets.charge(token, 'rest', cost, now);
    const headers = { ...made.headers, ...tagged, ...rateLimitHeaders('rest', budget) };
    const reply = unchanged ? { status: 304, headers, body: '' } : { ...made, headers };
    return { reply, cost, rows: result?.rows ?? 1 };
  };
  return {
    kind: found?.route.kind ?? 'rest',
    resource: 'rest',
    pageSize: url.searchParams.has('per_page') ? pageRequest(url.searchParams).perPage : 0,
    numbers: Number.isInteger(number) && number > 0 ? [number] : [],
    requests: 1,
    free: url.pathname === '/rate_limit',
    answer,
  };
}
