import type { Cell, Line } from './tab-writer.ts';

/** A line while it is written, from left to right. */
export class LineBuilder {
  readonly #cells: Cell[];
  #text = '';
  /** Behind a string of several lines there are no tab stops. */
  #hasTabStops = true;

  constructor(indentation: number) {
    this.#cells = Array.from({ length: Math.max(0, indentation) }, () => ({ text: '', isSoft: false }));
  }

  add(text: string): void {
    this.#text += text;
    if (text.includes('\n')) this.#hasTabStops = false;
  }

  /** Goes on at the next tab stop; see `Cell` for what soft means. */
  tab(isSoft: boolean): void {
    if (!this.#hasTabStops) {
      this.#text += ' ';
      return;
    }
    this.#cells.push({ text: this.#text, isSoft });
    this.#text = '';
  }

  end(endsSection: boolean): Line {
    return { cells: this.#cells, rest: this.#text, endsSection: endsSection || !this.#hasTabStops };
  }
}
