/** A piece of a line that ends at a tab stop. */
export interface Cell {
  readonly text: string;
  /** A column whose cells are all soft and empty takes no room. */
  readonly isSoft: boolean;
}

export interface Line {
  /** All but the last piece of the line. */
  readonly cells: readonly Cell[];
  /** What comes after the last tab stop; columns do not depend on it. */
  readonly rest: string;
  /** True when columns do not go on in the next line. */
  readonly endsSection: boolean;
}

const TAB_WIDTH = 8;

/**
 * Joins lines so that cells which are in the same column of consecutive lines begin at the same tab stop, with tabs eight
 * characters wide. This is the elastic tab stop layout that Go's package text/tabwriter documents, padded with tabs.
 */
export function alignColumns(lines: readonly Line[]): string {
  const out: string[] = [];
  let section: Line[] = [];
  for (const line of lines) {
    section.push(line);
    if (!line.endsSection) continue;
    writeBlock(section, [], out);
    section = [];
  }
  writeBlock(section, [], out);
  return out.join('\n');
}

/** Writes lines of which the widths of the first columns are known. */
function writeBlock(lines: readonly Line[], widths: readonly number[], out: string[]): void {
  const column = widths.length;
  let start = 0;
  while (start < lines.length) {
    const inColumn = (line: Line | undefined) => line !== undefined && line.cells.length > column;
    const hasColumn = inColumn(lines[start]);
    let end = start + 1;
    while (end < lines.length && inColumn(lines[end]) === hasColumn) end++;
    const block = lines.slice(start, end);
    if (hasColumn) writeBlock(block, [...widths, columnWidth(block.flatMap(({ cells }) => cells[column] ?? []))], out);
    else out.push(...block.map((line) => padded(line, widths)));
    start = end;
  }
}

function columnWidth(cells: readonly Cell[]): number {
  if (cells.every(({ text, isSoft }) => text === '' && isSoft)) return 0;
  const widest = Math.max(...cells.map(({ text }) => lengthOf(text) + 1));
  return Math.ceil(widest / TAB_WIDTH) * TAB_WIDTH;
}

function padded({ cells, rest }: Line, widths: readonly number[]): string {
  const filled = rest === '' ? cells.findLastIndex(({ text }) => text !== '') + 1 : cells.length;
  const text = cells.slice(0, filled).map((cell, column) => {
    const isLast = rest === '' && column === filled - 1;
    const missing = (widths[column] ?? 0) - lengthOf(cell.text);
    return isLast ? cell.text : cell.text + '\t'.repeat(Math.max(0, Math.ceil(missing / TAB_WIDTH)));
  });
  return text.join('') + rest;
}

function lengthOf(text: string): number {
  return [...text].length;
}
