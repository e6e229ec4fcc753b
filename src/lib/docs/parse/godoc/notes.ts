import { commentText } from './comment-text.ts';
import type { Comment, CommentGroup } from './comments.ts';

const MARKER = String.raw`([A-Z][A-Z]+)\(([^)]+)\):?`;
const AT_TEXT_START = new RegExp(String.raw`^[ \t]*${MARKER}`);
const AT_COMMENT_START = new RegExp(String.raw`^/[/*][ \t]*${MARKER}`);

/**
 * The notes in comments, such as `// BUG(name): text`, each as `BUG(name): text` on one line as far as spaces go.
 * A note ends with its comment group or where the next one begins. Source: go/doc on Note.
 */
export function notesIn(groups: readonly CommentGroup[]): string[] {
  return groups.flatMap((group) => {
    const notes: Comment[][] = [];
    for (const comment of group) {
      if (AT_COMMENT_START.test(comment.text)) notes.push([]);
      notes.at(-1)?.push(comment);
    }
    return notes.flatMap(noteOf);
  });
}

function noteOf(comments: CommentGroup): string[] {
  const text = commentText(comments);
  const match = AT_TEXT_START.exec(text);
  if (!match) return [];
  const body = text
    .slice(match[0].length)
    .replace(/[ \r\t]+/g, ' ')
    .replace(/^ | $/g, '');
  return body === '' ? [] : [`${match[1]}(${match[2]}): ${body.trim()}`];
}
