import { open } from 'node:fs/promises';
import { STAGED, textAt } from '../../lib/git/named-revision.ts';
import { findRepository } from '../../lib/git/repository.ts';
import { type ReadText, readIfPresent } from '../../lib/read-if-present.ts';
import { SQLITE_HEADER } from './file-kind.ts';

/** A file as it is in the folder; of a database its header only, as it may be larger than the memory. */
export const readInFolder: ReadText = async (path) =>
  (await isDatabase(path)) ? SQLITE_HEADER : await readIfPresent(path);

/** A file as the next commit has it. */
export const readStaged: ReadText = async (path) => {
  const repository = await findRepository(path);
  return await textAt(repository, STAGED, repository.path);
};

async function isDatabase(path: string): Promise<boolean> {
  const file = await open(path).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null;
    throw thrown;
  });
  if (file === null) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SQLITE_HEADER.length), 0, SQLITE_HEADER.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === SQLITE_HEADER;
  } finally {
    await file.close();
  }
}
