import { isDeepStrictEqual } from 'node:util';
import type { Node, NodeMap } from './document.ts';
import { textOf } from './expressions.ts';

/** docs.github.com: "A matrix will generate a maximum of 256 jobs per workflow run." */
const MOST_JOBS = 256;

function isMap(node: Node | undefined): node is NodeMap {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

function listOf(node: Node | undefined): readonly NodeMap[] {
  return Array.isArray(node) ? node.filter(isMap) : [];
}

function product(axes: readonly (readonly [string, Node])[]): NodeMap[] {
  let combinations: NodeMap[] = [{}];
  for (const [name, values] of axes) {
    if (!Array.isArray(values)) throw new Error(`Matrix vector '${name}' is not a list`);
    if (values.length === 0) throw new Error(`Matrix vector '${name}' does not contain any values`);
    combinations = combinations.flatMap((before) => values.map((value: Node) => ({ ...before, [name]: value })));
  }
  return combinations;
}

function matches(combination: NodeMap, pattern: NodeMap): boolean {
  return Object.entries(pattern).every(([key, value]) => isDeepStrictEqual(combination[key], value));
}

/**
 * The combinations of an evaluated `strategy.matrix`, as documented in "Running variations of jobs in a workflow":
 * exclusions first; an inclusion is added to every combination of which it overwrites no original value, else it is a
 * combination of its own.
 * @throws Error for an empty axis or more than 256 combinations.
 */
export function expandMatrix(matrix: Node): readonly NodeMap[] {
  if (!isMap(matrix)) throw new Error('Matrix is not a map');
  const { include, exclude, ...axes } = matrix;
  const names = Object.keys(axes);
  const excluded = listOf(exclude);
  const original = names.length === 0 ? [] : product(Object.entries(axes));
  const combinations = original.filter((each) => !excluded.some((pattern) => matches(each, pattern)));
  const extended: NodeMap[] = [...combinations];
  const added: NodeMap[] = [];
  for (const inclusion of listOf(include)) {
    const fixed = Object.fromEntries(Object.entries(inclusion).filter(([key]) => names.includes(key)));
    let isUsed = false;
    for (const [index, combination] of combinations.entries()) {
      if (!matches(combination, fixed)) continue;
      extended[index] = { ...extended[index], ...inclusion };
      isUsed = true;
    }
    if (!isUsed) added.push(inclusion);
  }
  const all = [...extended, ...added];
  if (all.length > MOST_JOBS) throw new Error(`Strategy expansion exceeded ${MOST_JOBS} results for job`);
  return all;
}

function leaves(node: Node): readonly string[] {
  if (Array.isArray(node)) return node.flatMap((each: Node) => leaves(each));
  return isMap(node) ? Object.values(node).flatMap(leaves) : [textOf(node)];
}

/** What GitHub appends to a job's name: ` (1, linux)`; empty without a matrix. */
export function matrixSuffix(combination: NodeMap): string {
  const values = Object.values(combination).flatMap(leaves);
  return values.length > 0 ? ` (${values.join(', ')})` : '';
}
