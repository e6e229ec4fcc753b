/**
 * The vector of length 1 in the direction of `values`, in single precision.
 *
 * @throws RangeError for a vector that has no direction: all zeros, or a number that is not finite
 */
export function unitVector(values: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const vector = Float32Array.from(values);
  const length = Math.hypot(...vector);
  if (!Number.isFinite(length) || length === 0) throw new RangeError(`the model gave a vector of length ${length}`);
  return vector.map((value) => value / length);
}
