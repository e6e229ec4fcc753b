/** The text of a page. It is UTF-8; a byte order mark stays, and what is not UTF-8 becomes U+FFFD. */
export function decodePage(body: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
}
