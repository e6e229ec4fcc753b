import { PassThrough } from 'node:stream';
import type { IO } from '../../src/lib/io.ts';

export interface CapturedIO {
  readonly io: IO;
  /** What has been written to each stream so far. */
  stdout(): string;
  stderr(): string;
}

/** Streams that keep what is written to them: neither is a terminal unless said so. */
export function captureIO(options: { readonly env?: NodeJS.ProcessEnv; readonly isTTY?: boolean } = {}): CapturedIO {
  const { env = {}, isTTY = false } = options;
  const stdout = capture(isTTY);
  const stderr = capture(isTTY);
  return {
    io: { stdout: stdout.stream, stderr: stderr.stream, stdin: process.stdin, env, canPrompt: false, isLive: isTTY },
    stdout: stdout.text,
    stderr: stderr.text,
  };
}

function capture(isTTY: boolean): { readonly stream: NodeJS.WriteStream; readonly text: () => string } {
  let text = '';
  const stream = new PassThrough();
  stream.setEncoding('utf8');
  stream.on('data', (written: string) => {
    text += written;
  });
  // A WriteStream is a Writable with a terminal's questions on top; the renderers ask no more than `isTTY` of it here.
  return { stream: Object.assign(stream, { isTTY }) as unknown as NodeJS.WriteStream, text: () => text };
}
