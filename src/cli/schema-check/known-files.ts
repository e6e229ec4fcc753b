import { join, relative } from 'node:path';
import { execa } from 'execa';
import { CATALOGUE } from '../../lib/actions/catalogue/catalogue.ts';
import { OperatorError } from '../../lib/errors.ts';
import { EXIT } from '../../lib/exit-codes.ts';

const KNOWN_NAMES =
  /(^|\/)(installs-cache[^./]*\.json|[^/]+\.ledger\.jsonl|libraries_sources\.yaml|artifacts\/manifest\.yaml|\.deadzonerc(\.(json|ya?ml))?|(artifact|deadzone)\.db)$/;

/**
 * The files of the git checkout of a folder that can be checked, as paths from the folder: those that git has or would
 * take, a committed one also when it is gone.
 *
 * @param cache path of the installs cache, by whatever name
 * @throws OperatorError `no_known_file`, exit 2
 */
export async function knownFiles(folder: string, cache: string): Promise<readonly string[]> {
  const { stdout, failed } = await execa(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--full-name', '-z', '--', ':/'],
    { cwd: folder, reject: false, timeout: 30_000 },
  );
  const { stdout: root } = await execa('git', ['rev-parse', '--show-toplevel'], { cwd: folder, reject: false });
  const named = relative(root, cache);
  const workflows = new Set(CATALOGUE.map(({ workflow }) => `.github/workflows/${workflow}`));
  const found = (failed ? '' : stdout)
    .split('\0')
    .filter((path) => KNOWN_NAMES.test(path) || path === named || workflows.has(path));
  if (found.length === 0) {
    throw new OperatorError(`there is nothing to check in ${failed ? folder : root}`, {
      code: 'no_known_file',
      exitCode: EXIT.usage,
      nextSteps: ['name the files: capture-cli schema-check FILE...'],
    });
  }
  return [...new Set(found)].sort().map((path) => relative(folder, join(root, path)));
}
