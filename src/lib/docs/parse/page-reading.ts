import type { Validators } from '../../fetch/page.ts';
import type { Section } from './section.ts';

/** What is remembered of a page that was read before. */
export interface KnownPage {
  readonly validators: Validators;
  /** Of the body, lowercase hex. */
  readonly sha256: string;
}

/** A page that was fetched and cut, or that is the known one. */
export type PageReading =
  /** The server said so, or sent the same bytes again. */
  | { readonly outcome: 'unchanged'; readonly validators: Validators }
  | {
      readonly outcome: 'read';
      readonly sections: readonly Section[];
      /** Bytes of all that was fetched. */
      readonly bytes: number;
      readonly validators: Validators;
      readonly sha256: string;
    };
