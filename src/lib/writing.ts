import { dirname } from 'node:path';
import { OperatorError } from './errors.ts';
import { shellWord } from './shell-word.ts';

/** What keeps a file from being written that somebody has to change (errno(3)), in words. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the quota of the disk is used up',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
};

/**
 * Does something that writes a file which the operator has named.
 *
 * @throws OperatorError `file_not_writable`, exit 1, where the place is the reason; what `write` throws otherwise
 */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    const reason = REASONS[code];
    if (reason === undefined) throw thrown;
    throw new OperatorError(`${path} cannot be written: ${reason}`, {
      code: 'file_not_writable',
      nextSteps: [`see who may write there: ls -ld ${shellWord(path)} ${shellWord(dirname(path))}`],
      cause: thrown,
    });
  }
}
