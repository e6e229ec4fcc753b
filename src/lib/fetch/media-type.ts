import { AttemptFailure } from './attempt-failure.ts';

/** What servers send Markdown as. raw.githubusercontent.com sends every text as text/plain. */
export const MARKDOWN_MEDIA_TYPES: readonly string[] = ['text/markdown', 'text/x-markdown', 'text/plain'];
/** What servers send reStructuredText as. */
export const RST_MEDIA_TYPES: readonly string[] = ['text/x-rst', 'text/prs.fallenstein.rst', 'text/plain'];
/** What servers send Go source as. */
export const GO_MEDIA_TYPES: readonly string[] = ['text/x-go', 'text/plain'];
export const JSON_MEDIA_TYPES: readonly string[] = ['application/json', 'application/vnd.github+json'];

const HTML_MEDIA_TYPES = ['text/html', 'application/xhtml+xml'];
const HTML_BEGINNING = /^\uFEFF?\s*<(!doctype html|html[\s>])/i;

/** The media type of a `content-type` header, lower case, without parameters; '' where there is none. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType?.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** @throws AttemptFailure `media_type` when the page is none of `expected`, or is HTML that pretends to be one of them. */
export function checkMediaType(mediaType: string, body: Buffer, expected: readonly string[]): void {
  if (!expected.includes(mediaType)) {
    const what = mediaType === '' ? 'names no media type' : `is ${mediaType}`;
    const login = HTML_MEDIA_TYPES.includes(mediaType) ? ' (a login or error page?)' : '';
    throw refused(`the page ${what}${login}, expected ${expected.join(', ')}`);
  }
  const expectsHtml = expected.some((type) => HTML_MEDIA_TYPES.includes(type));
  if (!expectsHtml && HTML_BEGINNING.test(body.toString('utf8', 0, 256)))
    throw refused(`the page is sent as ${mediaType} but is HTML (a login or error page?)`);
}

function refused(message: string): AttemptFailure {
  return new AttemptFailure('media_type', message, { status: 200 });
}
