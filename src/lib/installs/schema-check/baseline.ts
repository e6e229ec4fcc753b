import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { mergeBase, resolveCommit, textAt } from '../../git/named-revision.ts';
import { fetchHistory, findRepository, type GitRepository, pathBeside, repositoryIfAny } from '../../git/repository.ts';

/** The commit that files are compared with. */
export interface Baseline {
  readonly repository: GitRepository;
  readonly commit: string;
  /** In words: `the merge base with origin/main (35cd32b)`. */
  readonly name: string;
}

/**
 * The newest commit that this branch and another have in common: the one that is named, else the branch that a pull
 * request goes to, else the default branch of origin, else the last commit.
 *
 * @param baseRef `GITHUB_BASE_REF`: name of the branch that a pull request goes to
 * @returns null outside of git, and where nothing has been committed
 * @throws OperatorError `revision_unknown`, `merge_base_unknown`: what was named is never silently left out
 */
export async function findBaseline(
  file: string,
  { against, baseRef }: { readonly against: string | undefined; readonly baseRef: string | undefined },
): Promise<Baseline | null> {
  const repository = await (against === undefined ? repositoryIfAny(file) : findRepository(file));
  if (repository === null) return null;
  const named = against ?? (baseRef ? `origin/${baseRef}` : undefined);
  if (named !== undefined) {
    const { commit: tip } = await resolveCommit(repository, named).catch((thrown: unknown) => {
      throw against === undefined ? unknownMergeBase(named, repository) : thrown;
    });
    const commit = await mergeBase(repository, tip, 'HEAD');
    if (commit === null) throw unknownMergeBase(named, repository);
    return { repository, commit, name: baseName(named, commit) };
  }
  const [ofOrigin, last] = await Promise.all([
    mergeBase(repository, 'refs/remotes/origin/HEAD', 'HEAD'),
    mergeBase(repository, 'HEAD', 'HEAD'),
  ]);
  if (ofOrigin !== null) return { repository, commit: ofOrigin, name: baseName('origin/HEAD', ofOrigin) };
  return last === null ? null : { repository, commit: last, name: baseName('HEAD', last) };
}

/** A file beside the one of the baseline as it was then; null where it was not there. */
export async function baselineText({ repository, commit }: Baseline, file: string): Promise<string | null> {
  return await textAt(repository, commit, pathBeside(repository, file));
}

function baseName(ref: string, commit: string): string {
  return ref === 'HEAD'
    ? `the last commit (${commit.slice(0, 7)})`
    : `the merge base with ${ref} (${commit.slice(0, 7)})`;
}

function unknownMergeBase(ref: string, repository: GitRepository): OperatorError {
  return new OperatorError(`${ref} and HEAD have no commit in common in this clone`, {
    code: 'merge_base_unknown',
    exitCode: EXIT.usage,
    nextSteps: [fetchHistory(repository), 'or check the repository out with fetch-depth: 0'],
  });
}
