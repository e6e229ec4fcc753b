import { OperatorError } from '../../src/lib/errors.ts';

/** The OperatorError that the work ends with; any other end fails the test. */
export async function refusalOf(work: Promise<unknown> | (() => unknown)): Promise<OperatorError> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (thrown) {
    if (thrown instanceof OperatorError) return thrown;
    throw thrown;
  }
  throw new Error('it was accepted');
}
