import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';

/** Where a repository keeps its workflows, below its root. */
export const WORKFLOW_FOLDER = join('.github', 'workflows');

/**
 * The root of the git checkout that a folder is in.
 *
 * @param otherwise what else can be done where it is in none
 *
 * @throws OperatorError `not_a_checkout`, exit 2
 */
export async function checkoutRoot(folder: string, otherwise?: string): Promise<string> {
  const start = resolve(folder);
  for (let path = start; ; path = dirname(path)) {
    // A file in a linked worktree, else a folder.
    if (await exists(join(path, '.git'))) return path;
    if (path === dirname(path)) break;
  }
  throw new OperatorError(`${start} is not in a git checkout`, {
    code: 'not_a_checkout',
    exitCode: EXIT.usage,
    nextSteps: [
      'clone the repository that is to run the workflows and go there',
      ...(otherwise === undefined ? [] : [`or ${otherwise}`]),
    ],
  });
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
