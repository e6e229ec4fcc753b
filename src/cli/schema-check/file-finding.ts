import type { CheckedKind } from './file-kind.ts';

/** One thing that is wrong with a file, where it stands. */
export interface FileFinding {
  /** As it was named. */
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  /** Stable name of what was broken: `cache/total`. */
  readonly rule: string;
  readonly message: string;
  /** The file could not be read at all. */
  readonly unreadable: boolean;
  /** What to type. */
  readonly nextSteps: readonly string[];
}

export interface CheckedFile {
  readonly file: string;
  readonly kind: CheckedKind;
  readonly findings: readonly FileFinding[];
}

/** `file:line:column: message (rule)`, the form that editors and terminals make a link of. */
export function fileFindingLine({ file, line, column, rule, message }: FileFinding): string {
  return `${file}:${line}:${column}: ${message} (${rule})`;
}
