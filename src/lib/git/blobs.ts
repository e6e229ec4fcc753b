import { type ExecaError, execa } from 'execa';
import type { GitRepository } from './repository.ts';
import { GIT_ENVIRONMENT } from './run-git.ts';

/** A file of this kind is small; something larger is not one. In bytes. */
const MAX_BLOB_BYTES = 16 * 1024 * 1024;

/**
 * The contents of objects in the order of `ids`, through one `git cat-file --batch`: a process for each would take a
 * hundred times as long. One content is in memory at a time, beside what the pipe holds.
 *
 * @throws Error when an object is missing or is not a file
 */
export async function* readBlobs(
  repository: GitRepository,
  ids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<{ readonly id: string; readonly text: string }> {
  const batch = execa('git', ['cat-file', '--batch'], {
    cwd: repository.root,
    env: GIT_ENVIRONMENT,
    input: ids.map((id) => `${id}\n`).join(''),
    encoding: 'buffer',
    cancelSignal: signal,
    buffer: false,
  });
  const source = chunksOf(batch.iterable({ binary: true }));
  for (const id of ids) {
    const header = (await source.line()).toString();
    const size = /^[0-9a-f]+ blob (\d+)$/.exec(header)?.[1];
    if (size === undefined || Number(size) > MAX_BLOB_BYTES) throw new Error(`git has no usable object ${header}`);
    const content = await source.bytes(Number(size) + 1);
    yield { id, text: content.subarray(0, -1).toString('utf8') };
  }
  await batch.catch((error: ExecaError) => {
    if (signal.aborted) throw signal.reason;
    throw error;
  });
}

interface ByteSource {
  /** The bytes up to the next line end, which is taken away. */
  line(): Promise<Buffer>;
  bytes(count: number): Promise<Buffer>;
}

/** Reads lines and counted bytes from a stream of chunks, without joining what has been read already. */
function chunksOf(stream: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const more = async (wanted: number): Promise<void> => {
    const parts = [rest];
    for (let length = rest.length; length < wanted; ) {
      const next = await iterator.next();
      if (next.done) throw new Error('git ended before it had sent every object');
      const part = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
      parts.push(part);
      length += part.length;
    }
    rest = Buffer.concat(parts);
  };
  return {
    line: async () => {
      let end = rest.indexOf(0x0a);
      while (end === -1) {
        await more(rest.length + 1);
        end = rest.indexOf(0x0a);
      }
      const line = rest.subarray(0, end);
      rest = rest.subarray(end + 1);
      return line;
    },
    bytes: async (count) => {
      if (rest.length < count) await more(count);
      const bytes = rest.subarray(0, count);
      rest = rest.subarray(count);
      return bytes;
    },
  };
}

/** Bytes of objects, by id. */
export async function blobSizes(
  repository: GitRepository,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const { stdout } = await execa('git', ['cat-file', '--batch-check=%(objectname) %(objectsize)'], {
    cwd: repository.root,
    env: GIT_ENVIRONMENT,
    input: ids.map((id) => `${id}\n`).join(''),
    cancelSignal: signal,
  });
  return new Map(
    stdout.split('\n').map((line) => {
      const [id = '', size] = line.split(' ');
      return [id, Number(size)];
    }),
  );
}
