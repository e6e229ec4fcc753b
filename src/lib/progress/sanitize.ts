import { stripVTControlCharacters } from 'node:util';

/** Longest outside text that is shown; the whole of it is in the store and in `--jsonl`. */
const MAX_LENGTH = 500;

// C0, DEL and C1 (among them ESC and the 8-bit CSI), line and paragraph separators.
const CONTROL_OR_BREAK = /[\p{Cc}\u2028\u2029]+/gu;
// Marks that reorder or hide what follows them: bidirectional embeddings, overrides and isolates, BOM, soft hyphen.
const DECEPTIVE = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad]/gu;

/**
 * Text that came from outside (titles, reasons, server messages) as one line that a terminal shows and never obeys:
 * no escape sequences, control characters or text-direction overrides, no line breaks, well-formed Unicode, at most
 * 500 characters.
 */
export function sanitize(text: string): string {
  const line = stripVTControlCharacters(text.toWellFormed())
    .replaceAll(CONTROL_OR_BREAK, ' ')
    .replaceAll(DECEPTIVE, '')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length <= MAX_LENGTH ? line : `${characters.slice(0, MAX_LENGTH - 1).join('')}…`;
}

const ESCAPE = '\u001b';
const COLOUR = new RegExp(`(${ESCAPE}\\[[\\d;]{0,64}m)`);
const RESET = `${ESCAPE}[0m`;

/** Longest line of a log that is shown, in characters. */
const MAX_LOG_LINE = 2_000;

/**
 * One line of a foreign log, shown and never obeyed: as {@link sanitize}, but spaces stay, it may be longer, and the
 * escape sequences that set colours or weight survive where `colour` is true. What it switches on it switches off again.
 */
export function sanitizeLogLine(text: string, colour: boolean): string {
  let left = MAX_LOG_LINE;
  let coloured = false;
  const parts = text
    .toWellFormed()
    .split(COLOUR)
    .map((part) => {
      if (COLOUR.test(part)) {
        if (!colour || !setsLook(part)) return '';
        coloured = true;
        return part;
      }
      const shown = stripVTControlCharacters(part)
        .replaceAll('\t', '    ')
        .replaceAll(CONTROL_OR_BREAK, ' ')
        .replaceAll(DECEPTIVE, '');
      const cut = shown.length <= left ? shown : `${shown.slice(0, left).toWellFormed()}…`;
      if (left === 0) return '';
      left = Math.max(0, left - shown.length);
      return cut;
    });
  const line = parts.join('').trimEnd();
  return coloured ? `${line}${RESET}` : line;
}

/** True where a sequence only sets colours, bold, dim, italic or underline: hiding and blinking are not for a log. */
function setsLook(sequence: string): boolean {
  const codes = sequence.slice(2, -1).split(';').map(Number);
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    // ECMA-48 SGR: 38 and 48 are followed by 5;n or 2;r;g;b.
    if (code === 38 || code === 48) index += codes[index + 1] === 5 ? 2 : 4;
    else if (!LOOKS.has(code)) return false;
  }
  return true;
}

const LOOKS: ReadonlySet<number> = new Set([
  ...[0, 1, 2, 3, 4, 22, 23, 24, 39, 49],
  ...Array.from({ length: 8 }, (_, index) => [30 + index, 40 + index, 90 + index, 100 + index]).flat(),
]);
