export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** How much is said: everything, everything on fewer lines, the essentials, one or two lines. */
export type Level = 'roomy' | 'normal' | 'tight' | 'tiny';

export interface Layout {
  readonly level: Level;
  /** Cells a line may take. The last column stays free: a character there makes some terminals wrap. */
  readonly width: number;
  /** Cells of the label column; 0 puts labels in front of their text. */
  readonly labelWidth: number;
  readonly barWidth: number;
  /** Lines that the region may take; the rest of the screen is scrollback that stays in sight. */
  readonly maxLines: number;
}

/**
 * The layout for a terminal. The region that is redrawn is always lower than the screen, because Ink repaints a region
 * as high as the screen by clearing it; where there is room, a quarter of the screen is left to scrollback.
 */
export function layoutFor({ columns, rows }: TerminalSize): Layout {
  const width = Math.max(1, columns - 1);
  const labelWidth = columns >= 72 ? 16 : 0;
  return {
    level: levelFor({ columns, rows }),
    width,
    labelWidth,
    barWidth: Math.max(1, width - 7),
    maxLines: Math.max(0, Math.min(rows - 1, Math.max(6, Math.floor(rows * 0.75)))),
  };
}

function levelFor({ columns, rows }: TerminalSize): Level {
  if (rows >= 36 && columns >= 110) return 'roomy';
  if (rows >= 16) return 'normal';
  return rows >= 6 ? 'tight' : 'tiny';
}
