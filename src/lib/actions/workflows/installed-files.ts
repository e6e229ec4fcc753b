import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { PIPELINES } from '../catalogue/catalogue.ts';
import { checkoutRoot, WORKFLOW_FOLDER } from './checkout.ts';

const NAME_FILES = 'name the files to check: capture-cli workflows check FILE';

/**
 * The workflows of the catalogue that are in the git checkout of a folder, as absolute paths.
 *
 * @throws OperatorError `not_a_checkout` or `no_workflow`, exit 2
 */
export async function installedWorkflowFiles(folder: string): Promise<readonly string[]> {
  const root = await checkoutRoot(folder, NAME_FILES);
  const paths = PIPELINES.flatMap(({ workflows }) => workflows).map((file) => join(root, WORKFLOW_FOLDER, file));
  const present = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (found) => found.isFile(),
        () => false,
      ),
    ),
  );
  const files = paths.filter((_, index) => present[index]);
  if (files.length > 0) return files;
  throw new OperatorError(`no workflow of capture-cli is in ${join(root, WORKFLOW_FOLDER)}`, {
    code: 'no_workflow',
    exitCode: EXIT.usage,
    nextSteps: ['write them with `capture-cli workflows install`', `or ${NAME_FILES}`],
  });
}
