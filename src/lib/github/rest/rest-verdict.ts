import type { OperatorError } from '../../errors.ts';
import { repositoryNotFound, requestRejected, resourceNotFound } from '../access-errors.ts';
import type { RateSignals } from '../budget/rate-signals.ts';
import { GitHubRefusal } from '../refusals.ts';
import type { Reply } from '../transport/transport.ts';
import { type HttpVerdict, judgeStatus } from '../verdict/http-verdict.ts';
import { messageIn, type ReplyBody } from '../verdict/reply-text.ts';

/** What a REST response comes to. Only `answer` may be used as data. */
export type RestVerdict = { readonly kind: 'answer'; readonly data: unknown } | HttpVerdict;

/** The request in words, for messages: `GET /repos/octo/cat/pulls`. */
export interface RestSubject {
  readonly method: string;
  /** Path and query with the parameters filled in. */
  readonly path: string;
}

const REPOSITORY_PATH = /^(?:\/api\/v3)?\/repos\/([^/]+\/[^/?]+)\/?(?:\?.*)?$/;

/**
 * Judges a whole REST response; `answers` are further statuses that are one. JSON is parsed, other text is a string, anything else (an archive, a log) is a `Buffer`;
 * 204 and 205 have no data.
 */
export function judgeRest(
  reply: Reply,
  body: ReplyBody,
  signals: RateSignals,
  subject: RestSubject,
  answers: readonly number[] = [],
): RestVerdict {
  const { status, headers } = reply;
  const message = messageIn(body);
  const byStatus = judgeStatus(status, headers, signals, message);
  // A limit stays a limit, whatever the caller makes of a 403.
  const expected = answers.includes(status) && byStatus?.kind !== 'limited';
  if (byStatus && !expected) return byStatus;
  if (status === 404 && !expected) return { kind: 'failed', error: notFound(subject) };
  if (status >= 300 && !expected)
    return { kind: 'failed', error: requestRejected(`${subject.method} ${subject.path}`, status, message) };
  if (reply.body.length === 0) return { kind: 'answer', data: undefined };
  if (body.kind === 'json') return { kind: 'answer', data: body.value };
  if (body.kind === 'broken_json') return refused('cut_stream', 'the JSON of the response ends early', status);
  const type = headers['content-type'] ?? '';
  if (/^text\/html\b/i.test(type))
    return refused('server_error', `a page instead of JSON: ${message || 'empty'}`, status);
  return { kind: 'answer', data: /^text\//i.test(type) ? body.text : reply.body };
}

function notFound({ method, path }: RestSubject): OperatorError {
  const repository = REPOSITORY_PATH.exec(path)?.[1];
  return repository === undefined
    ? resourceNotFound(`${method} ${path}`)
    : repositoryNotFound(decodeURIComponent(repository));
}

function refused(reason: 'cut_stream' | 'server_error', message: string, status: number): RestVerdict {
  return { kind: 'refused', refusal: new GitHubRefusal(reason, message, status) };
}
