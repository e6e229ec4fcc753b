import { ParseFailure } from '../parse-failure.ts';

export interface FencedBlock {
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** The lines between the fences. */
  readonly text: string;
}

/** The fenced code of a text. A fence is closed by a line that begins with three of its characters; others do not count. */
export function fencedBlocks(markdown: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: { readonly fence: string; readonly line: number; readonly lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^[ \t]*(```|~~~)/.exec(line)?.[1];
    if (!open) {
      if (fence) open = { fence, line: index + 1, lines: [] };
    } else if (fence === open.fence) {
      blocks.push({ line: open.line, text: open.lines.join('\n') });
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  return blocks;
}

/**
 * Refuses Markdown with code that is not in the page it was made from, character for character: a model may have made it
 * up.
 *
 * @throws ParseFailure `verification_failed`, with the line of the first such block and its beginning
 */
export function verifyCode(markdown: string, source: string): void {
  const blocks = fencedBlocks(markdown);
  const index = blocks.findIndex(({ text }) => !source.includes(text));
  const block = blocks[index];
  if (!block) return;
  const beginning = block.text.trim().split('\n', 1)[0]?.slice(0, 80);
  throw new ParseFailure(
    `code block ${index + 1} of ${blocks.length} that the agent gave back (line ${block.line}: ${beginning}) is not in the page`,
    { reason: 'verification_failed' },
  );
}
