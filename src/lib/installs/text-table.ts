export type Align = 'left' | 'right';

/** Rows with columns as wide as their widest cell, two spaces apart. */
export function textTable(align: readonly Align[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = align.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return align[column] === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** A text that fits: its end is cut off where it has more characters. */
export function shortened(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
