/** One searchable document: a section of a page. Several sections of a page may have the same title. */
export interface Section {
  /** May be empty, where a heading is. */
  readonly title: string;
  readonly content: string;
}
