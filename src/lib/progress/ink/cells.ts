import { stripVTControlCharacters } from 'node:util';

// Zero cells: marks and joiners. One more than the character before it: the selector of its emoji form. Two: East Asian wide and full-width forms, emoji.
const ZERO = /(?!\ufe0f)[\p{Mark}\u200b-\u200d]/u;
const DOUBLE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/**
 * The cells that a line takes on a terminal, to choose a wording that fits and to know how a resized terminal has
 * wrapped it. Ink measures again, by grapheme, before it draws; this is by code point, so joined emoji count for more.
 */
export function cellsOf(text: string): number {
  let cells = 0;
  for (const character of stripVTControlCharacters(text)) {
    if (ZERO.test(character)) continue;
    cells += DOUBLE.test(character) ? 2 : 1;
  }
  return cells;
}

/** The first wording that fits into `width` cells, or the last one where none does. */
export function firstThatFits(width: number, wordings: readonly [string, ...string[]]): string {
  return wordings.find((wording) => cellsOf(wording) <= width) ?? wordings[wordings.length - 1] ?? wordings[0];
}
