import type { BudgetState, Resource } from '../budgets.ts';
import { rateLimitHeaders } from '../budgets.ts';
import type { Reply } from '../reply.ts';
import { badCredentials, gatewayPage, jsonReply, messageReply } from '../reply.ts';
import type { Fault } from './script.ts';

/** The query parameter of a URL that a `301` fault pointed to: it is not redirected again. */
export const REDIRECT_MARKER = '_redirected';

const SECONDARY =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID SANDBOX.';

/** The refusal of a spent budget: HTTP 200 with an error for GraphQL, 403 for REST. */
export function primaryLimitReply(resource: Resource, budget: BudgetState, databaseId: number): Reply {
  const message = `API rate limit exceeded for user ID ${databaseId}.`;
  const headers = rateLimitHeaders(resource, budget);
  if (resource === 'rest') return messageReply(403, message, headers);
  return jsonReply(200, { errors: [{ type: 'RATE_LIMITED', message }] }, headers);
}

/** What a client must wait for after a secondary limit, in milliseconds, and the response that says so. */
export function secondaryLimitReply(fault: Fault): { readonly reply: Reply; readonly retryAfterMs: number | null } {
  const status = fault.type === 'secondary-429' ? 429 : 403;
  if (fault.type === 'secondary-403-bare') return { reply: messageReply(status, SECONDARY), retryAfterMs: null };
  const seconds = fault.retryAfter ?? 1;
  return { reply: messageReply(status, SECONDARY, { 'retry-after': String(seconds) }), retryAfterMs: seconds * 1000 };
}

/** The response that takes the place of the answer; null for faults that leave an answer or send nothing. */
export function replacementOf(fault: Fault, target: string): Reply | null {
  switch (fault.type) {
    case '500':
      return messageReply(500, 'Server Error');
    case '502':
    case 'maxPageSize':
      return gatewayPage(502, 'Bad Gateway');
    case '504':
      return messageReply(504, "We couldn't respond to your request in time. Sorry about that.");
    case 'html-200':
      return gatewayPage(200, 'Unicorn!');
    case 'errors-200':
      return jsonReply(200, {
        data: null,
        errors: [
          { message: 'Something went wrong while executing your query. This is most likely the result of a timeout.' },
        ],
      });
    case '301': {
      const location = `${target}${target.includes('?') ? '&' : '?'}${REDIRECT_MARKER}=1`;
      return jsonReply(301, { message: 'Moved Permanently', url: location }, { location });
    }
    case '401':
      return badCredentials();
    default:
      return null;
  }
}

/** What the client gets instead of the answer to a request that took effect; null for every other fault. */
export function lostAnswerOf(fault: Fault): Reply | null {
  if (fault.type === '500-after') return messageReply(500, 'Server Error');
  return fault.type === '502-after' ? gatewayPage(502, 'Bad Gateway') : null;
}
