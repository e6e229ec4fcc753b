import { access, realpath } from 'node:fs/promises';
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path';
import { OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { shellWord } from '../shell-word.ts';
import { runGit } from './run-git.ts';

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
 * @throws OperatorError exit 2: `not_in_git`, also for a bare repository; `git_refused` where there is one that git may
 *   not read
 */
export async function findRepository(file: string): Promise<GitRepository> {
  const folder = await nearestFolder(dirname(resolve(file)));
  const answer = await runGit(folder, ['rev-parse', '--show-toplevel', '--is-shallow-repository']);
  if (answer.missing) throw notInGit('git is not installed');
  if (/not a git repository|must be run in a work tree/.test(answer.reason)) {
    throw notInGit(`${folder} is in no checkout of a git repository`);
  }
  if (answer.refused) throw refused(folder, answer.reason);
  const [root = '', shallow] = answer.output.split('\n');
  const path = relative(root, join(await realpath(folder), relative(folder, resolve(file))));
  return { root, path: path.replaceAll(sep, '/'), shallow: shallow === 'true' };
}

/** As `findRepository`, and null where a file is in no repository. */
export async function repositoryIfAny(file: string): Promise<GitRepository | null> {
  return await findRepository(file).catch((thrown: unknown) => {
    if (thrown instanceof OperatorError && thrown.code === 'not_in_git') return null;
    throw thrown;
  });
}

/** What to type to get the commits and branches that are not in this clone. */
export function fetchHistory({ shallow }: Pick<GitRepository, 'shallow'>): string {
  return shallow ? "git fetch --unshallow origin '+refs/heads/*:refs/remotes/origin/*'" : 'git fetch origin';
}

/** Path below the root of a file that is in the same folder as the repository's own one. */
export function pathBeside({ path }: GitRepository, file: string): string {
  return posix.join(posix.dirname(path), basename(file));
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

function notInGit(message: string): OperatorError {
  return new OperatorError(message, {
    code: 'not_in_git',
    exitCode: EXIT.usage,
    nextSteps: ['run this in a clone of the repository that has the file'],
  });
}

/** Mostly the repository belongs to somebody else (git-config(1), safe.directory), as in a container of CI. */
function refused(folder: string, reason: string): OperatorError {
  const [what = ''] = reason.split('\n');
  const [trust] = /git config --global --add safe\.directory .+/.exec(reason) ?? [];
  return new OperatorError(`git refuses to work in ${folder}: ${what.replace(/^fatal: /, '')}`, {
    code: 'git_refused',
    exitCode: EXIT.usage,
    nextSteps: [trust ?? `see what it says: git -C ${shellWord(folder)} status`],
  });
}
