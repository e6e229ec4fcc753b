import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { entryOfWorkflow } from '../catalogue/catalogue.ts';
import type { CatalogueEntry } from '../catalogue/catalogue-entry.ts';
import type { Finding, Position } from './finding.ts';

/** A workflow with the places of its parts: offsets are characters from the start of `text`. */
export interface WorkflowFile {
  readonly path: string;
  readonly text: string;
  readonly root: YAMLMap;
  /** The catalogue's entry of this file name; undefined for a workflow that is not one of ours. */
  readonly entry: CatalogueEntry | undefined;
  positionAt(offset: number): Position;
}

/** A rule looks at one workflow and finds what breaks it. */
export type WorkflowRule = (file: WorkflowFile) => readonly Finding[];

export interface Job {
  readonly id: Scalar;
  readonly body: YAMLMap;
  readonly steps: readonly YAMLMap[];
}

/** A workflow from its text, or the findings that keep it from being one. */
export function parseWorkflow(path: string, text: string): WorkflowFile | readonly Finding[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // What follows the first error is mostly its consequence.
  const [error] = document.errors;
  if (error) return [{ file: path, ...positionAt(error.pos[0]), rule: 'yaml', message: error.message }];
  if (!isMap(document.contents)) {
    return [{ file: path, line: 1, column: 1, rule: 'yaml', message: 'a workflow is a map with the keys on and jobs' }];
  }
  return { path, text, root: document.contents, entry: entryOfWorkflow(path), positionAt };
}

/** A finding at an offset, or at the first key of the file when there is nothing to point at. */
export function findingAt(file: WorkflowFile, rule: string, offset: number | undefined, message: string): Finding {
  return { file: file.path, ...file.positionAt(offset ?? startOf(file.root) ?? 0), rule, message };
}

/** Where a node starts; undefined for one that is not in the text. */
export function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined;
}

/** The key of a map as it stands in the text. */
export function keyOf(map: YAMLMap, name: string): Scalar | undefined {
  for (const { key } of map.items) if (isScalar(key) && key.value === name) return key;
  return undefined;
}

/** The map under a key; undefined where there is none, or something else. */
export function mapUnder(map: YAMLMap | undefined, name: string): YAMLMap | undefined {
  const value: unknown = map?.get(name, true);
  return isMap(value) ? value : undefined;
}

/** The scalar under a key; undefined where there is none, or something else. */
export function scalarUnder(map: YAMLMap | undefined, name: string): Scalar | undefined {
  const value: unknown = map?.get(name, true);
  return isScalar(value) ? value : undefined;
}

/** The text of a scalar; empty for anything else. */
export function textOf(node: Scalar | undefined): string {
  return typeof node?.value === 'string' ? node.value : '';
}

/** What follows on the line of a node, where a comment would stand. */
export function restOfLine({ text }: WorkflowFile, node: Scalar): string {
  const end = node.range?.[1] ?? text.length;
  const [rest = ''] = text.slice(end).split('\n', 1);
  return rest;
}

/** The jobs with their steps, in order. What is not shaped like one is left to actionlint to tell. */
export function jobsOf({ root }: WorkflowFile): readonly Job[] {
  return (mapUnder(root, 'jobs')?.items ?? []).flatMap(({ key, value }) => {
    if (!isScalar(key) || !isMap(value)) return [];
    const steps: unknown = value.get('steps', true);
    return [{ id: key, body: value, steps: isSeq(steps) ? steps.items.filter(isMap) : [] }];
  });
}
