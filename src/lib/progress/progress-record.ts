import type { Tone } from './palette.ts';

/** Something that happened and stays on record: one line of scrollback on a terminal, one line of a log elsewhere. */
export interface ProgressRecord {
  readonly tone: Tone;
  /** The word that begins the line and carries the colour. */
  readonly label: string;
  /** One sanitised line. */
  readonly text: string;
  /** Worth counting among the notices of the live view. */
  readonly notable: boolean;
  /** Worth an annotation on a workflow run. */
  readonly annotate: boolean;
  /** Lines of a foreign log below it, sanitised but for colours. */
  readonly block?: readonly string[];
}
