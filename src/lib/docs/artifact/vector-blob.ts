/**
 * A vector as the database holds it: its numbers as little-endian float32, nothing else. Every platform that Node
 * supports but one (s390x) keeps them like that in memory, so that the bytes are shared, not copied.
 */
export function vectorBlob(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** The numbers of a blob. A blob that does not begin at a multiple of four bytes in memory is copied first. */
export function blobVector(blob: Uint8Array): Float32Array {
  const aligned = blob.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0 ? blob : blob.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / Float32Array.BYTES_PER_ELEMENT);
}
