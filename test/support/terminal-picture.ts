import type { IBufferCell, Terminal } from '@xterm/headless';

export interface PictureOptions {
  /** Shown in the title bar of the window. */
  readonly title?: string;
}

const FONT = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";
const FONT_SIZE = 14;
const CELL = { width: 8.4, height: 19 };
const MARGIN = 16;
const TITLE_BAR = 32;
const COLOURS = { window: '#1b1f27', text: '#d7dce2', faint: '#7d8694' };
/** The eight basic colours, then their bright forms, chosen to be read on the dark window. */
const PALETTE = [
  '#3b4048',
  '#f07178',
  '#8fd18a',
  '#e8c268',
  '#7fb3f5',
  '#cda0ea',
  '#73cfd6',
  '#d7dce2',
  '#7d8694',
  '#ff8b92',
  '#a9e3a4',
  '#ffd98a',
  '#9cc7ff',
  '#e0bcf7',
  '#93e3e9',
  '#ffffff',
];

interface Run {
  readonly column: number;
  cells: number;
  text: string;
  readonly colour: string;
  readonly bold: boolean;
}

/**
 * The screen of an emulated terminal as an SVG of a window. Each run of equal style is placed at its cell and given
 * its width in cells, so that columns line up whatever monospaced font the reader has.
 */
export function pictureOf(emulator: Terminal, { title = '' }: PictureOptions = {}): string {
  const width = Math.ceil(emulator.cols * CELL.width + 2 * MARGIN);
  const height = Math.ceil(emulator.rows * CELL.height + TITLE_BAR + MARGIN);
  const buttons = ['#f07178', '#e8c268', '#8fd18a'].map(
    (colour, index) => `<circle cx="${MARGIN + 6 + index * 20}" cy="${TITLE_BAR / 2}" r="6" fill="${colour}"/>`,
  );
  const rows = Array.from({ length: emulator.rows }, (_, row) =>
    runsOf(emulator, row)
      .map((run) => drawRun(run, row))
      .join(''),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" font-size="${FONT_SIZE}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${COLOURS.window}"/>`,
    ...buttons,
    `<text x="${width / 2}" y="${TITLE_BAR / 2 + 5}" text-anchor="middle" fill="${COLOURS.faint}">${escapeXml(title)}</text>`,
    ...rows.filter((row) => row !== ''),
    '</svg>',
    '',
  ].join('\n');
}

function drawRun({ column, cells, text, colour, bold }: Run, row: number): string {
  const x = (MARGIN + column * CELL.width).toFixed(1);
  const y = TITLE_BAR + (row + 1) * CELL.height - 5;
  const weight = bold ? ' font-weight="bold"' : '';
  const length = (cells * CELL.width).toFixed(1);
  return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs" fill="${colour}"${weight} xml:space="preserve">${escapeXml(text)}</text>`;
}

/** Runs of one style; blanks at their ends are left out, because viewers disagree on them. */
function runsOf(emulator: Terminal, row: number): readonly Run[] {
  const line = emulator.buffer.active.getLine(emulator.buffer.active.baseY + row);
  const runs: Run[] = [];
  for (let column = 0; column < emulator.cols; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const characters = cell.getChars() || ' ';
    const style = { colour: colourOf(cell), bold: cell.isBold() !== 0 };
    const last = runs.at(-1);
    // A wide character stands alone: fonts without it would stretch its neighbours.
    const continues =
      last !== undefined && last.colour === style.colour && last.bold === style.bold && cell.getWidth() === 1;
    if (continues && last.column + last.cells === column && !endsWide(last)) {
      last.text += characters;
      last.cells += 1;
    } else {
      runs.push({ column, cells: cell.getWidth(), text: characters, ...style });
    }
  }
  return runs.flatMap(trimRun);
}

function trimRun(run: Run): readonly Run[] {
  const text = run.text.trim();
  if (text === '') return [];
  const leading = run.text.length - run.text.trimStart().length;
  return [{ ...run, text, column: run.column + leading, cells: run.cells - (run.text.length - text.length) }];
}

function endsWide(run: Run): boolean {
  return run.cells !== Array.from(run.text).length;
}

function colourOf(cell: IBufferCell): string {
  if (cell.isFgPalette()) return PALETTE[cell.getFgColor()] ?? COLOURS.text;
  return cell.isDim() ? COLOURS.faint : COLOURS.text;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
