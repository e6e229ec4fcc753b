/** Bytes of a page that a model is given: about 12,000 tokens, which models with a small context can take. */
export const MAX_INPUT_BYTES = 48 * 1024;

const INSTRUCTIONS = `You turn one page of technical documentation into clean Markdown.

What to keep, in its order:
- headings at their level, paragraphs, lists and tables;
- every code example exactly as it stands, character for character, with its indentation, inside a fence.

What to leave out:
- navigation, side bars, headers and footers, breadcrumbs, tables of contents, advertisements, cookie notices;
- sections in which nothing is left.

Add nothing, explain nothing, shorten nothing, correct nothing. Answer with the Markdown alone.`;

const WHAT_IT_IS: Readonly<Record<string, string>> = {
  'text/html': 'This is the HTML of the page.',
  'application/xhtml+xml': 'This is the HTML of the page.',
  'text/markdown': 'This is the Markdown of the page, which may contain template code or parts of a site.',
  'text/x-markdown': 'This is the Markdown of the page, which may contain template code or parts of a site.',
};

export interface ChatMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

/** What a model is asked for a page, and whether the page had to be cut for that. */
export interface ExtractionPrompt {
  readonly messages: readonly ChatMessage[];
  readonly isTruncated: boolean;
}

/** @param mediaType lower case, without parameters */
export function extractionPrompt(text: string, mediaType: string): ExtractionPrompt {
  const input = firstBytes(text, MAX_INPUT_BYTES);
  const kind = WHAT_IT_IS[mediaType] ?? 'This is the text of the page.';
  return {
    messages: [
      { role: 'system', content: INSTRUCTIONS },
      { role: 'user', content: `${kind}\n\n${input}` },
    ],
    isTruncated: input.length < text.length,
  };
}

/** The longest beginning of `text` that has at most `limit` bytes in UTF-8. */
export function firstBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  let end = limit;
  // 10xxxxxx continues a character: RFC 3629, section 3.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
