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
