/**
 * Compact JSON as Go's encoding/json writes it: `<`, `>`, `&`, U+2028 and U+2029 are escaped (pkg.go.dev/encoding/json,
 * "Marshal"). Keys keep their order.
 */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
