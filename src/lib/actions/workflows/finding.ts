/** Line and column of a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a workflow, where it stands. */
export interface Finding extends Position {
  /** The file as it was named. */
  readonly file: string;
  /** Stable name of what was broken: `pinned`, `permissions`, `actionlint:expression` ... */
  readonly rule: string;
  readonly message: string;
}

/** `file:line:column: message (rule)`, the form that editors and terminals make a link of. */
export function findingLine({ file, line, column, rule, message }: Finding): string {
  return `${file}:${line}:${column}: ${message} (${rule})`;
}

/** By place, so that a list reads like the file. */
export function byPlace(a: Finding, b: Finding): number {
  return a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : 1);
}
