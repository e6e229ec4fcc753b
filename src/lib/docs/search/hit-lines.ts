import { sanitize, sanitizeLogLine } from '../../progress/sanitize.ts';
import { slotName } from '../slot.ts';
import type { Hit } from './search.ts';

const INDENT = '   ';

/** Of one hit; the whole snippet is in `--json`. */
const MAX_LINES = 8;

/** The hits for people: score, library and title in one line, the snippet below, nothing wider than `columns`. */
export function hitLines(hits: readonly Hit[], columns: number): readonly string[] {
  return hits.flatMap((hit, index) => {
    const head = `${hit.score.toFixed(2)}  ${sanitize(slotName(hit))}  ${sanitize(hit.title)}`;
    const lines = hit.text.split('\n').filter((line) => line.trim() !== '');
    const wrapped = lines.flatMap((line) => wrap(sanitizeLogLine(line, false), columns - INDENT.length));
    const shown = wrapped.slice(0, MAX_LINES);
    const more = hit.isCut || shown.length < wrapped.length ? [`${INDENT}…`] : [];
    const [first = '', ...rest] = wrap(head, columns - INDENT.length);
    const below = [...rest, ...shown].map((line) => `${INDENT}${line}`);
    return [...(index === 0 ? [] : ['']), first, ...below, ...more];
  });
}

/** Cut between words where there is one, so that no line has more than `width` characters. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width);
    const isBetween = at > rest.length - rest.trimStart().length;
    const end = isBetween ? at : width;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
