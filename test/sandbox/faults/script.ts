import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, OperatorError } from '../../../src/lib/errors.ts';
import { requestKind } from '../request-kind.ts';

/**
 * The faults.
 * - instead of an answer: `500`, `502`, `504`, `html-200`, `errors-200`, `primary-200`, `primary-403`, `secondary-403`
 *   (with retry-after), `secondary-403-bare` (without), `secondary-429`, `301`, `401`, `hang`, `reset`, `maxPageSize`
 *   (502 for more than `maxPageSize` items; hydrations only, unless the rule names a kind)
 * - an answer with holes: `partial` (null nodes, errors without a type), `null-nodes` (no errors), `resource-limits`,
 *   `null-children` (a child connection is null, an error without a type), `ghost-authors`
 * - an answer that does not arrive whole: `slow-body`, `cut-stream`, `truncated-json`
 * - the request took effect, but the client does not learn it: `500-after`, `502-after`, `reset-after`, `hang-after`
 */
export const FAULT_TYPES = [
  '500',
  '502',
  '504',
  'html-200',
  'errors-200',
  'partial',
  'null-nodes',
  'null-children',
  'resource-limits',
  'primary-200',
  'primary-403',
  'secondary-403',
  'secondary-403-bare',
  'secondary-429',
  'hang',
  'slow-body',
  'cut-stream',
  'truncated-json',
  'reset',
  '301',
  '401',
  'ghost-authors',
  'maxPageSize',
  '500-after',
  '502-after',
  'reset-after',
  'hang-after',
] as const;
export type FaultType = (typeof FAULT_TYPES)[number];

const faultObject = z.strictObject({
  type: z.enum(FAULT_TYPES),
  /** How long the answer is held back, or a slow body lasts. */
  delayMs: z.int().min(0).optional(),
  /** Seconds, for the secondary limits; default 1. */
  retryAfter: z.int().min(0).optional(),
  /** When a primary limit ends; default: with its window. */
  resetInMs: z.int().min(0).optional(),
  /** For `maxPageSize`: the most pull requests or ids that still get an answer. */
  maxPageSize: z.int().min(0).optional(),
  /** For holes: which share of the nodes is null, rounded up; default a half. */
  share: z.number().gt(0).max(1).optional(),
  /** For `null-children`: which connection; default `files`. */
  field: z.string().optional(),
  /** For `401`: the token is good again for the next request; default false. */
  once: z.boolean().optional(),
});
export type Fault = z.infer<typeof faultObject>;

const fault = z.union([
  faultObject,
  z
    .strictObject({ maxPageSize: z.int().min(0) })
    .transform(({ maxPageSize }): Fault => ({ type: 'maxPageSize', maxPageSize })),
  z.enum(FAULT_TYPES).transform((type): Fault => ({ type })),
]);

export const faultRule = z.strictObject({
  match: z
    .strictObject({
      /** Default: any request. */
      kind: z.union([requestKind, z.literal('any')]).optional(),
      /** Only requests that ask for this pull request. */
      number: z.int().positive().optional(),
      /** Only requests that ask for at least so many pull requests or ids. */
      minPageSize: z.int().positive().optional(),
      /** The nth request that matches, from 1. */
      nth: z.int().positive().optional(),
      /** Every so many-th request that matches. */
      every: z.int().positive().optional(),
      /** From this matching request on, and up to and including that one. */
      from: z.int().positive().optional(),
      to: z.int().positive().optional(),
      /** At most so often. */
      times: z.int().positive().optional(),
    })
    .default({}),
  fault,
});
export type FaultRule = z.infer<typeof faultRule>;

export const faultScript = z.array(faultRule);
export type FaultScript = z.input<typeof faultScript>;

/** @throws OperatorError `fault_script_invalid`, with the place in the script. */
export function parseFaultScript(input: unknown, origin: string): readonly FaultRule[] {
  const result = faultScript.safeParse(input);
  if (result.success) return result.data;
  throw new OperatorError(`${origin} is not a fault script: ${z.prettifyError(result.error)}`, {
    code: 'fault_script_invalid',
    exitCode: 2,
    nextSteps: ['Write a JSON list of {"match": {"kind": "hydrate", "nth": 3}, "fault": "502"}.'],
  });
}

/** @throws OperatorError `fault_script_unreadable` or `fault_script_invalid`. */
export function readFaultScript(file: string): readonly FaultRule[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (thrown) {
    throw new OperatorError(`The fault script ${file} cannot be read: ${messageOf(thrown)}`, {
      code: 'fault_script_unreadable',
      exitCode: 2,
      cause: thrown,
    });
  }
  return parseFaultScript(parsed, file);
}
