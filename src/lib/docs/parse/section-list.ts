import type { Section } from './section.ts';
import { trimSpace } from './white-space.ts';

/** Collects the lines of one section after the other. A section without content is left out. */
export class SectionList {
  readonly #sections: Section[] = [];
  #lines: string[] = [];

  addLine(line: string): void {
    this.#lines.push(line);
  }

  /** Ends the section whose lines were added since the last one ended. */
  endSection(title: string): void {
    const content = trimSpace(this.#lines.join('\n'));
    if (content !== '') this.#sections.push({ title, content });
    this.#lines = [];
  }

  sections(): Section[] {
    return this.#sections;
  }
}
