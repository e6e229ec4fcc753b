import { isRecord } from '../budget/rate-signals.ts';
import type { Reply } from '../transport/transport.ts';

const LONGEST_MESSAGE = 300;

/** A server's text fit for a terminal line: no control characters or markup, one line, at most 300 characters. */
export function plainText(text: string): string {
  const words = text
    .replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return words.length > LONGEST_MESSAGE ? `${words.slice(0, LONGEST_MESSAGE - 1)}…` : words;
}

/** What a reply's body is: JSON, something else (a gateway's HTML page), or JSON that ends early. */
export type ReplyBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'broken_json' };

/**
 * Reads the body by its content type. `JSON.parse`, not octokit's parser: that one turns large numbers into BigInt, and
 * takes six times as long for it; ids that need it travel as strings.
 */
export function readBody({ headers, body }: Pick<Reply, 'headers' | 'body'>): ReplyBody {
  const type = headers['content-type'] ?? '';
  const isJSON = /^application\/([\w.-]+\+)?json\b/i.test(type);
  const text = body.toString('utf8');
  if (!isJSON && !(type === '' && /^\s*[[{]/.test(text))) return { kind: 'text', text };
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return { kind: 'broken_json' };
  }
}

/** GitHub's own words about a failed request: `message` of a JSON body, or the text of a page; '' when it gave none. */
export function messageIn(body: ReplyBody): string {
  if (body.kind === 'text') return plainText(body.text);
  const message = body.kind === 'json' && isRecord(body.value) ? body.value['message'] : undefined;
  return typeof message === 'string' ? plainText(message) : '';
}
