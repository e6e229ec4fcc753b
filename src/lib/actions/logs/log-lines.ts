/** A line without its end is held back at most this long, in characters: a log may have no line ends at all. */
const MAX_PENDING = 16_384;

/** Text of a log as it comes, as lines. A line longer than 16,384 characters is cut: its rest is dropped. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: false });
  let pending = '';
  let dropping = false;
  for await (const chunk of chunks) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n');
    for (const [index, part] of parts.entries()) {
      if (!dropping) pending += part.slice(0, Math.max(0, MAX_PENDING - pending.length));
      dropping ||= pending.length >= MAX_PENDING;
      if (index === parts.length - 1) break;
      yield lastWritten(pending);
      pending = '';
      dropping = false;
    }
  }
  if (pending !== '') yield lastWritten(pending);
}

/** What a terminal would show of a line that goes back to its beginning: progress bars do that. */
function lastWritten(line: string): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  const back = text.lastIndexOf('\r');
  if (back === -1) return text;
  // The runner's time stamp stands before everything that was written over.
  return `${STAMP.exec(text)?.[0] ?? ''}${text.slice(back + 1)}`;
}

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z /;

/** A line without the time that the runner puts before it. */
export function withoutStamp(line: string): string {
  return line.replace(/^\ufeff/, '').replace(STAMP, '');
}
