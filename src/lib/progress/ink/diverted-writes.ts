/** A stream of which one party draws and everybody else's text is handed over line by line. */
export interface DivertedWrites {
  /** The stream as the drawing party uses it: its writes go straight through. */
  readonly own: NodeJS.WriteStream;
  /** Gives the stream back as it was and writes what is left of an unfinished line. Calling it again does nothing. */
  restore(): void;
}

type Written = (error?: Error | null) => void;

/**
 * While a region is redrawn, text that others write to the same stream would land inside it and shift it. This hands
 * their lines to `onLine` instead, without line ends. (Ink does the same for `console`, and for nothing else.)
 */
export function divertWrites(stream: NodeJS.WriteStream, onLine: (line: string) => void): DivertedWrites {
  const original = stream.write;
  let unfinished = '';

  const divert = (text: string | Uint8Array, encodingOrDone?: BufferEncoding | Written, done?: Written): boolean => {
    unfinished += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
    const lines = unfinished.split('\n');
    unfinished = lines.pop() ?? '';
    lines.forEach(onLine);
    const whenDone = typeof encodingOrDone === 'function' ? encodingOrDone : done;
    if (whenDone) process.nextTick(whenDone);
    return true;
  };
  stream.write = divert;

  const own = new Proxy(stream, {
    get: (target, name) => {
      const value: unknown = name === 'write' ? original : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return {
    own,
    restore: () => {
      if (stream.write !== divert) return;
      stream.write = original;
      if (unfinished !== '') stream.write(unfinished);
    },
  };
}
