import { join, relative } from 'node:path';
import { CATALOGUE } from '../../lib/actions/catalogue/catalogue.ts';
import { OperatorError } from '../../lib/errors.ts';
import { EXIT } from '../../lib/exit-codes.ts';
import { repositoryIfAny } from '../../lib/git/repository.ts';
import { askGit } from '../../lib/git/run-git.ts';
import { ledgerPathOf } from '../../lib/installs/ledger/ledger-file.ts';
import { baselineText, findBaseline } from '../../lib/installs/schema-check/baseline.ts';
import type { CheckOptions } from '../../lib/installs/schema-check/check-files.ts';

const KNOWN_NAMES =
  /(^|\/)(installs-cache[^./]*\.json|[^/]+\.ledger\.jsonl|libraries_sources\.yaml|artifacts\/manifest\.yaml|\.deadzonerc(\.(json|ya?ml))?|(artifact|deadzone)\.db)$/;
const DATABASE = /\.db$/;

/** What to check where no file is named. */
export interface KnownFiles {
  /** The installs cache of the settings, by whatever name. */
  readonly cache: string;
  /** Those of the next commit instead of those of the folder; databases, which are files and no texts, are left out. */
  readonly staged: boolean;
}

/**
 * The files of the git checkout of a folder that can be checked, as paths from the folder: those that git has or would
 * take. The installs cache and its ledger are among them also where git ignores them, or they are gone and were not at
 * the merge base.
 *
 * @throws OperatorError `no_known_file`, `git_refused`, exit 2
 */
export async function knownFiles(
  folder: string,
  { cache, staged }: KnownFiles,
  options: CheckOptions,
): Promise<readonly string[]> {
  const repository = await repositoryIfAny(join(folder, 'any'));
  const root = repository?.root ?? folder;
  const others = staged ? [] : ['--others', '--exclude-standard'];
  const listed = repository && (await askGit(root, ['ls-files', '--cached', ...others, '-z']));
  const workflows = new Set(CATALOGUE.map(({ workflow }) => `.github/workflows/${workflow}`));
  const found = (listed ?? '')
    .split('\0')
    .filter((path) => KNOWN_NAMES.test(path) || workflows.has(path))
    .filter((path) => !(staged && DATABASE.test(path)));
  for (const counted of [cache, ledgerPathOf(cache)]) {
    if (await isOrWas(counted, options)) found.push(relative(root, counted));
  }
  if (found.length === 0) {
    throw new OperatorError(`there is nothing to check in ${root}`, {
      code: 'no_known_file',
      exitCode: EXIT.usage,
      nextSteps: ['name the files: capture-cli schema-check FILE...'],
    });
  }
  return [...new Set(found)].sort().map((path) => relative(folder, join(root, path)));
}

async function isOrWas(path: string, options: CheckOptions): Promise<boolean> {
  if ((await options.readText(path).catch(() => '')) !== null) return true;
  const baseline = await findBaseline(path, options).catch((thrown: unknown) => {
    // A clone without history cannot tell; where there is something to compare, that is an error.
    if (thrown instanceof OperatorError && thrown.code === 'merge_base_unknown') return null;
    throw thrown;
  });
  return baseline !== null && (await baselineText(baseline, path)) !== null;
}
