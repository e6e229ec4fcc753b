import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';

/**
 * The workflow files that are named: a file is itself, a folder the YAML files in it, by name. What is not there is left
 * to whoever reads it.
 *
 * @throws OperatorError `no_workflow`, exit 2, for a folder without any
 */
export async function namedWorkflowFiles(paths: readonly string[]): Promise<readonly string[]> {
  return (await Promise.all(paths.map(filesAt))).flat();
}

async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [path];
  const files = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort();
  if (files.length > 0) return files.map((name) => join(path, name));
  throw new OperatorError(`the folder ${path} has no workflow: no file in it ends with .yml or .yaml`, {
    code: 'no_workflow',
    exitCode: EXIT.usage,
    nextSteps: ['name the folder that has them: capture-cli workflows check .github/workflows'],
  });
}
