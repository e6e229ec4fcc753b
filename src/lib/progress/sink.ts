/** A stream that may go away under us (closed pipe, hung-up terminal). Once it has, writing is a no-op. */
export interface Sink {
  readonly broken: boolean;
  /** Resolves when the stream takes more, so that a slow reader slows the writer instead of filling memory. */
  write(text: string): Promise<void>;
  /** Resolves when everything has been handed over or the stream is gone; afterwards its errors are not ours. */
  close(): Promise<void>;
}

/** Calls `onBroken` once, when the stream fails. */
export function openSink(stream: NodeJS.WriteStream, onBroken: () => void = () => {}): Sink {
  let broken = stream.destroyed || stream.writableEnded;
  const gone = Promise.withResolvers<void>();
  const fail = () => {
    if (broken) return;
    broken = true;
    gone.resolve();
    onBroken();
  };
  if (broken) gone.resolve();
  stream.on('error', fail);
  stream.on('close', fail);

  return {
    get broken() {
      return broken;
    },
    write: async (text) => {
      if (broken || stream.write(text)) return;
      const drained = Promise.withResolvers<void>();
      stream.once('drain', drained.resolve);
      await Promise.race([drained.promise, gone.promise]);
      stream.off('drain', drained.resolve);
    },
    close: async () => {
      if (!broken) {
        const handedOver = new Promise<void>((resolve) => stream.write('', () => resolve()));
        await Promise.race([handedOver, gone.promise]);
      }
      // A failed write calls back first and emits 'error' a tick later.
      await new Promise(setImmediate);
      stream.off('error', fail);
      stream.off('close', fail);
    },
  };
}
