import { access, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { execa } from 'execa';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';

/** The git repository that a file is in. */
export interface GitRepository {
  readonly root: string;
  /** The file below the root, with slashes. */
  readonly path: string;
  /** History before some commit is not here. */
  readonly shallow: boolean;
}

/**
 * Finds the repository of a file, which need not exist (any more).
 *
 * @throws OperatorError `not_in_git`, exit 2
 */
export async function findRepository(file: string): Promise<GitRepository> {
  const folder = await nearestFolder(dirname(resolve(file)));
  const { stdout, failed, code } = await execa('git', ['rev-parse', '--show-toplevel', '--is-shallow-repository'], {
    cwd: folder,
    reject: false,
    timeout: 10_000,
    env: GIT_ENVIRONMENT,
  });
  if (failed) {
    throw new OperatorError(code === 'ENOENT' ? 'git is not installed' : `${folder} is in no git repository`, {
      code: 'not_in_git',
      exitCode: EXIT.usage,
      nextSteps: ['the history of the cache is read from git: run this in a clone of the repository that has it'],
    });
  }
  const [root = '', shallow] = stdout.split('\n');
  const path = relative(root, join(await realpath(folder), relative(folder, resolve(file))));
  return { root, path: path.replaceAll(sep, '/'), shallow: shallow === 'true' };
}

/** Deleting the only file of a folder deletes the folder, for git. */
async function nearestFolder(folder: string): Promise<string> {
  try {
    await access(folder);
    return folder;
  } catch (thrown) {
    const parent = dirname(folder);
    if (parent === folder) throw thrown;
    return await nearestFolder(parent);
  }
}

/** Answers in English, and takes no lock that a person's own git command would wait for. */
export const GIT_ENVIRONMENT = { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' } as const;
