import type { JobDocument, NodeMap } from '../workflow/document.ts';
import type { Scope } from '../workflow/expressions.ts';
import { isTruthy, resolve } from '../workflow/expressions.ts';
import { expandMatrix } from '../workflow/matrix.ts';

/** One job of a matrix, or the only one where there is no matrix. */
export interface Leg {
  readonly index: number;
  /** Null without a matrix. */
  readonly matrix: NodeMap | null;
  readonly strategy: NodeMap;
}

export interface Legs {
  readonly all: readonly Leg[];
  readonly failFast: boolean;
  readonly maxParallel: number;
}

/** The jobs that a strategy makes. @throws Error for a matrix that GitHub refuses. */
export function legsOf({ strategy }: JobDocument, scope: Scope): Legs {
  const combinations: readonly (NodeMap | null)[] =
    strategy?.matrix === undefined ? [null] : expandMatrix(resolve(strategy.matrix, scope));
  const failFast = strategy?.['fail-fast'] === undefined || isTruthy(resolve(strategy['fail-fast'], scope));
  const most = Number(resolve(strategy?.['max-parallel'], scope)) || combinations.length;
  const total = combinations.length;
  const all = combinations.map((matrix, index) => ({
    index,
    matrix,
    strategy: { 'fail-fast': failFast, 'job-index': index, 'job-total': total, 'max-parallel': most },
  }));
  return { all, failFast, maxParallel: Math.max(1, most) };
}
