import { isDeepStrictEqual } from 'node:util';
import type { CountsOfCache } from './classify.ts';

/** Whether two cache files say the same, but for the time. */
export function sameNumbers(a: CountsOfCache, b: CountsOfCache): boolean {
  return isDeepStrictEqual({ ...a, fetchedAt: '' }, { ...b, fetchedAt: '' });
}
