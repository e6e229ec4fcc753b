/**
 * Go's notion of white space, which decides where titles and contents are trimmed: Unicode's White_Space property.
 * JavaScript's `trim` differs twice: it also takes U+FEFF and leaves U+0085.
 */
const SPACE = '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const LEADING = new RegExp(`^[${SPACE}]+`);
const IS_SPACE = new RegExp(`[${SPACE}]`);

/** `text` without the white space at its start, as Go's `strings.TrimLeftFunc(unicode.IsSpace)` has it. */
export function trimStart(text: string): string {
  return text.replace(LEADING, '');
}

/** `text` without the white space at its end. Takes time in proportion to what it removes, whatever the text. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && IS_SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** `text` without the white space at both ends, as Go's `strings.TrimSpace` has it. */
export function trimSpace(text: string): string {
  return trimEnd(trimStart(text));
}
