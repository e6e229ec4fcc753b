import type { Node } from 'web-tree-sitter';
import type { Layout } from './layout.ts';

/** Keys up to this many bytes are aligned whatever their sizes. */
const SMALL_KEY = 40;
/** Keys that are this many times longer or shorter than those above them begin new columns. */
const KEY_RATIO = 2.5;

/**
 * Arranges the elements of a composite literal or the arguments of a call. Elements on lines of their own stay there, and
 * the values of consecutive `key: value` lines are aligned while their keys are of about the same size.
 */
export function arrangeElements(list: Node, layout: Layout): void {
  const elements = list.namedChildren.filter((child) => child.type !== 'comment');
  const [open, close] = [list.firstChild, list.lastChild];
  layout.setBreak(close, { isSoft: false, atMost: elements.length > 0 ? 1 : 0 });
  if (!open) return;

  let lineOfPrevious = open.startPosition.row;
  let endOfPrevious = open.endPosition.row;
  let lastBroken = -1;
  let previousSize = 0;
  let keys = new KeySizes();
  for (const [index, element] of elements.entries()) {
    const row = element.startPosition.row;
    const size = sizeOf(element);
    const isOnNewLine = lineOfPrevious < row;
    const continues = previousSize > 0 && size > 0 && keys.fit(previousSize, size);
    if (isOnNewLine && index === 0) lastBroken = 0;
    if (isOnNewLine && index > 0) {
      const isSoft = continues && lastBroken + 1 >= index;
      layout.setBreak(element, { isSoft, atMost: 2 });
      const lines = Math.min(2, row - endOfPrevious);
      if (lines > 0) lastBroken = index;
      if (lines > 1 || (lines === 1 && !isSoft)) keys = new KeySizes();
    }
    if (isOnNewLine && size > 0 && elements.length > 1) layout.setTabStops(keyedValue(element), 1);
    if (size > 0) keys.add(size);
    previousSize = size;
    lineOfPrevious = row;
    endOfPrevious = element.endPosition.row;
  }
}

/** The geometric mean of the sizes of keys that are aligned with each other. */
class KeySizes {
  #logarithms = 0;
  #count = 0;

  add(size: number): void {
    this.#logarithms += Math.log(size);
    this.#count++;
  }

  fit(previous: number, size: number): boolean {
    if (this.#count === 0 || (previous <= SMALL_KEY && size <= SMALL_KEY)) return true;
    const ratio = size / Math.exp(this.#logarithms / this.#count);
    return KEY_RATIO * ratio > 1 && ratio < KEY_RATIO;
  }
}

/** Bytes of an element of one line, or of its key where it has one; 0 for an element of several lines. */
function sizeOf(element: Node): number {
  if (element.startPosition.row !== element.endPosition.row) return 0;
  const key = element.type === 'keyed_element' ? element.namedChild(0) : null;
  return Buffer.byteLength((key ?? element).text);
}

function keyedValue(element: Node): Node | null {
  return element.type === 'keyed_element' ? element.namedChild(1) : null;
}
