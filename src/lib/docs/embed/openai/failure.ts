import { OperatorError } from '../../../errors.ts';
import { EXIT } from '../../../exit-codes.ts';
import type { Reply } from '../../../github/transport/transport.ts';
import { plainText } from '../../../github/verdict/reply-text.ts';

/** Statuses after which the same request may succeed later (RFC 9110 sections 15.5.9, 15.6; RFC 6585 section 4). */
const PASSING = new Set([408, 409, 429, 500, 502, 503, 504, 529]);

/** True where the server may answer if it is asked again. A used-up quota comes as 429 and does not pass by itself. */
export function mayPass({ status, body }: Pick<Reply, 'status' | 'body'>): boolean {
  return PASSING.has(status) && !body.includes('insufficient_quota');
}

/** The error for an answer that is no vectors. @param endpoint the complete address that was asked */
export function refusal(endpoint: string, { status, body }: Pick<Reply, 'status' | 'body'>): OperatorError {
  const message = `${endpoint} answered ${status}: ${serverWords(body)}`;
  if (status === 401 || status === 403) {
    return new OperatorError(message, {
      code: 'openai_unauthorized',
      exitCode: EXIT.auth,
      nextSteps: ['set a key that this server accepts: export OPENAI_API_KEY=…'],
    });
  }
  if (status === 429) {
    return new OperatorError(message, {
      code: 'openai_rate_limited',
      exitCode: EXIT.rateLimited,
      nextSteps: ['run the command again later: what was embedded is kept'],
    });
  }
  return new OperatorError(message, {
    code: 'openai_refused',
    nextSteps: ['check docs.openaiUrl, docs.openaiModel and docs.openaiDimensions: capture-cli doctor shows them'],
  });
}

/** The error where the server cannot be reached, or its answers are not usable. */
export function unusable(endpoint: string, detail: string): OperatorError {
  return new OperatorError(`${endpoint}: ${detail}`, {
    code: 'openai_unusable',
    nextSteps: ['check docs.openaiUrl: it is what comes before /embeddings, as in https://api.openai.com/v1'],
  });
}

function serverWords(body: Buffer): string {
  const text = body.toString('utf8');
  return plainText(/"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text) || 'nothing more';
}
