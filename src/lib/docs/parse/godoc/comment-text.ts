import type { CommentGroup } from './comments.ts';

/** `//go:embed` and the like are for tools. Source: go.dev/doc/comment, "Syntax". */
const DIRECTIVE = /^(?:line |extern |export |[a-z0-9]+:[a-z0-9])/;

/**
 * The text of comments as Go documents it: without markers and directives, lines without trailing white space, runs of
 * empty lines as one, and a line break at the end. Empty for no comment. Source: go/ast on CommentGroup.Text.
 */
export function commentText(group: CommentGroup | undefined): string {
  const lines: string[] = [];
  for (const line of (group ?? []).flatMap(({ text }) => linesOf(text))) {
    const trimmed = line.trimEnd();
    if (trimmed !== '' || (lines.length > 0 && lines.at(-1) !== '')) lines.push(trimmed);
  }
  if (lines.length > 0 && lines.at(-1) !== '') lines.push('');
  return lines.join('\n');
}

function linesOf(comment: string): readonly string[] {
  if (comment.startsWith('/*')) return comment.slice(2, -2).split('\n');
  const line = comment.slice(2);
  if (line.startsWith(' ')) return [line.slice(1)];
  return DIRECTIVE.test(line) ? [] : [line];
}
