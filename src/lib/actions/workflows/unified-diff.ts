import { diff } from 'node:util';

/** Lines of context around a change, as in `diff -u`. */
const CONTEXT = 3;

type Edit = ReturnType<typeof diff>[number];

/**
 * The difference of two texts in the unified format of POSIX.1-2024 `diff -u`, without its two lines of file names;
 * empty when they are equal. By Node's own Myers diff.
 */
export function unifiedDiff(before: string, after: string): readonly string[] {
  // `diff` marks what is only in its first argument by 1, what is only in its second by -1.
  const edits = diff(linesOf(before), linesOf(after));
  return hunks(edits).flatMap(([start, end]) => [header(edits, start, end), ...edits.slice(start, end).map(lineOf)]);
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Ranges of edits that hold the changes with their context; ranges that touch are one. */
function hunks(edits: readonly Edit[]): readonly (readonly [start: number, end: number])[] {
  const ranges: [number, number][] = [];
  edits.forEach(([operation], at) => {
    if (operation === 0) return;
    const last = ranges.at(-1);
    const end = Math.min(edits.length, at + CONTEXT + 1);
    if (last && at - CONTEXT <= last[1]) last[1] = end;
    else ranges.push([Math.max(0, at - CONTEXT), end]);
  });
  return ranges;
}

function header(edits: readonly Edit[], start: number, end: number): string {
  const side = (absent: 1 | -1): string => {
    const count = (part: readonly Edit[]): number => part.filter(([operation]) => operation !== absent).length;
    const length = count(edits.slice(start, end));
    // An empty range is named by the line before it.
    return `${count(edits.slice(0, start)) + (length === 0 ? 0 : 1)},${length}`;
  };
  return `@@ -${side(-1)} +${side(1)} @@`;
}

function lineOf([operation, text]: Edit): string {
  return `${operation === 0 ? ' ' : operation === 1 ? '-' : '+'}${text}`;
}
