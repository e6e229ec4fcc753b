import type { OperatorError } from '../../errors.ts';
import { endpointNotFound, permissionDenied, repositoryNotFound } from '../access-errors.ts';
import { isRecord, type RateSignals } from '../budget/rate-signals.ts';
import { GitHubRefusal, type RefusalReason } from '../refusals.ts';
import { type HttpVerdict, judgeStatus, limitNamedIn } from '../verdict/http-verdict.ts';
import { messageIn, plainText, type ReplyBody } from '../verdict/reply-text.ts';
import { firstLostNode } from './lost-node.ts';

export type NodePath = readonly (string | number)[];

/** What a GraphQL response comes to. Only `answer` may be used as data. */
export type GraphQLVerdict =
  | {
      readonly kind: 'answer';
      readonly data: Readonly<Record<string, unknown>>;
      readonly notFound: readonly NodePath[];
    }
  | Exclude<HttpVerdict, { kind: 'failed' }>
  | { readonly kind: 'failed'; readonly error: OperatorError | Error };

export interface GraphQLReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly signals: RateSignals;
  readonly body: ReplyBody;
}

/** One entry of `errors`; GitHub adds `type`, and `extensions.code` to what does not validate. */
interface QueryError {
  readonly type: string | undefined;
  readonly message: string;
  readonly path: NodePath | undefined;
}

/**
 * Judges a whole GraphQL response. GitHub answers most failures with HTTP 200 and `errors`, often beside data that is
 * there only in part: such data is never an answer, except that nodes which do not exist (`NOT_FOUND`) may be missing.
 *
 * @param url of the endpoint, and @param repository as the caller wrote it, for messages.
 */
export function judgeGraphQL(reply: GraphQLReply, url: string, repository: string | undefined): GraphQLVerdict {
  const { status, headers, signals, body } = reply;
  const message = messageIn(body);
  const byStatus = judgeStatus(status, headers, signals, message);
  if (byStatus) return byStatus;
  if (status === 404) return failed(endpointNotFound(url));
  if (body.kind === 'broken_json') return refused('cut_stream', 'the JSON of the response ends early', status);
  if (body.kind === 'text') return refused('server_error', `a page instead of JSON: ${message || 'empty'}`, status);
  const answer = isRecord(body.value) ? body.value : {};
  const errors = queryErrors(answer['errors']);
  if (status >= 400 || (errors.length === 0 && !('data' in answer))) {
    const words = errors.map((error) => error.message).join('; ') || message || 'no data';
    return failed(new Error(`GitHub rejects the GraphQL request (HTTP ${status}): ${words}`));
  }
  return judgeErrors(errors, answer['data'], status, headers, repository);
}

function judgeErrors(
  errors: readonly QueryError[],
  data: unknown,
  status: number,
  headers: Readonly<Record<string, string>>,
  repository: string | undefined,
): GraphQLVerdict {
  const limited = errors.map(limitOf).find((limit) => limit !== undefined);
  if (limited) return { kind: 'limited', limit: limited };
  for (const error of errors) {
    const reason = refusalReason(error, isRecord(data));
    if (reason) return refused(reason, error.message, status);
  }
  const forbidden = errors.find(
    ({ type, message }) => FORBIDDEN_TYPES.has(type ?? '') || FORBIDDEN_WORDS.test(message),
  );
  if (forbidden) return failed(permissionDenied(forbidden.message, headers));
  const unknown = errors.find(isRepositoryNotFound);
  if (unknown) return failed(repositoryNotFound(nameIn(unknown.message) ?? repository ?? 'of that name'));
  if (errors.some((error) => isOurMistake(error, data))) {
    return failed(new Error(`GitHub rejects the query as invalid: ${errors.map((error) => error.message).join('; ')}`));
  }
  if (data === undefined) return refused('server_error', errors[0]?.message ?? 'no data', status);
  const other = errors.find((error) => !isMissingNode(error));
  if (other) return refused('partial_answer', `${errors.length} errors, the first: ${other.message}`, status);
  if (!isRecord(data)) return refused('partial_answer', 'data is null', status);
  const notFound = errors.flatMap(({ path }) => (path ? [path] : []));
  const lost = firstLostNode(data, notFound);
  if (lost) return refused('partial_answer', `a node is null without a reason, at ${lost.join('.')}`, status);
  return { kind: 'answer', data, notFound };
}

const FORBIDDEN_TYPES = new Set(['FORBIDDEN', 'INSUFFICIENT_SCOPES']);
const FORBIDDEN_WORDS = /SAML enforcement|Resource not accessible by/i;

function limitOf({ type, message }: QueryError): 'primary' | 'secondary' | undefined {
  const named = limitNamedIn(message);
  if (type === 'RATE_LIMITED' || type === 'RATE_LIMIT') return named ?? 'primary';
  return type === undefined ? named : undefined;
}

/** Asking for less helps against these. `MAX_NODE_LIMIT_EXCEEDED` is the limit of 500,000 nodes a query. */
function refusalReason({ type, message }: QueryError, hasData: boolean): RefusalReason | undefined {
  if (type === 'RESOURCE_LIMITS_EXCEEDED' || type === 'MAX_NODE_LIMIT_EXCEEDED') return 'resource_limits_exceeded';
  if (/resource limits? .*exceeded/i.test(message)) return 'resource_limits_exceeded';
  if (hasData) return undefined;
  if (/^We couldn't respond to your request in time|\btimed out\b/i.test(message)) return 'gateway_timeout';
  if (/^Something went wrong while executing your query/i.test(message)) {
    return /\btimeout\b/i.test(message) ? 'gateway_timeout' : 'server_error';
  }
  return undefined;
}

const PAGINATION_TYPES = new Set(['EXCESSIVE_PAGINATION', 'MISSING_PAGINATION_BOUNDARIES']);

/** A query that does not validate has errors without a type and no `data` at all. */
function isOurMistake({ type }: QueryError, data: unknown): boolean {
  return PAGINATION_TYPES.has(type ?? '') || (type === undefined && data === undefined);
}

/**
 * What does not exist and may be missing from an answer: a node that was asked for by id or name, or a single field of
 * one. An item of a list further down is a child that the caller would lose without noticing.
 */
function isMissingNode({ type, path }: QueryError): boolean {
  if (type !== 'NOT_FOUND' || path === undefined) return false;
  return path.length <= 2 || typeof path.at(-1) === 'string';
}

function isRepositoryNotFound({ type, path, message }: QueryError): boolean {
  return (
    type === 'NOT_FOUND' &&
    ((path?.length === 1 && path[0] === 'repository') || /resolve to a Repository/i.test(message))
  );
}

function nameIn(message: string): string | undefined {
  return /name '([^']+)'/.exec(message)?.[1];
}

function queryErrors(errors: unknown): readonly QueryError[] {
  if (!Array.isArray(errors)) return [];
  return errors.filter(isRecord).map((error) => ({
    type: typeof error['type'] === 'string' ? error['type'] : undefined,
    message: typeof error['message'] === 'string' ? plainText(error['message']) : 'an error without a message',
    path: isNodePath(error['path']) ? error['path'] : undefined,
  }));
}

function isNodePath(path: unknown): path is NodePath {
  return (
    Array.isArray(path) && path.length > 0 && path.every((part) => typeof part === 'string' || typeof part === 'number')
  );
}

function refused(reason: RefusalReason, message: string, status: number): GraphQLVerdict {
  return { kind: 'refused', refusal: new GitHubRefusal(reason, message, status) };
}

function failed(error: OperatorError | Error): GraphQLVerdict {
  return { kind: 'failed', error };
}
