import { readFile } from 'node:fs/promises';

/** Tells the text of a file; null where there is none. Whatever else keeps it from being read is thrown. */
export type ReadText = (path: string) => Promise<string | null>;

/** Reads from the disk. */
export async function readIfPresent(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null;
    throw thrown;
  });
}
