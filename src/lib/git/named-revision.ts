import { OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { shellWord } from '../shell-word.ts';
import { fetchHistory, type GitRepository } from './repository.ts';
import { askGit } from './run-git.ts';

/** One commit, by its id. */
export interface NamedCommit {
  readonly commit: string;
  /** Seconds since the epoch. */
  readonly committedAt: number;
}

/** In place of a revision: what is staged for the next commit (gitrevisions(7), `:<path>`). */
export const STAGED = '';

/**
 * The commit that a revision names (gitrevisions(7)). What looks like an option of git is none.
 *
 * @throws OperatorError `revision_unknown`, exit 2
 */
export async function resolveCommit(repository: GitRepository, revision: string): Promise<NamedCommit> {
  const { root, path } = repository;
  const found = revision.startsWith('-')
    ? null
    : await askGit(root, ['log', '-1', '--format=%H %ct', `${revision}^{commit}`, '--']);
  const [commit, seconds] = found?.split(' ') ?? [];
  if (commit === undefined || seconds === undefined) {
    throw new OperatorError(`"${revision}" is not a revision of the git repository ${root}`, {
      code: 'revision_unknown',
      exitCode: EXIT.usage,
      nextSteps: [
        `name a commit, a branch or a tag: ${logCommand(path)}`,
        `fetch it if it is not here: ${fetchHistory(repository)}`,
      ],
    });
  }
  return { commit, committedAt: Number(seconds) };
}

/** The text of a file in a commit, or of what is `STAGED`; null where the file is not there. */
export async function textAt({ root }: GitRepository, revision: string, path: string): Promise<string | null> {
  return await askGit(root, ['cat-file', 'blob', `${revision}:${path}`]);
}

/**
 * A file as it was at a revision.
 *
 * @throws OperatorError `revision_unknown`, `revision_without_file`, exit 2
 */
export async function fileAt(
  repository: GitRepository,
  revision: string,
): Promise<NamedCommit & { readonly text: string }> {
  const { path } = repository;
  const named = await resolveCommit(repository, revision);
  const text = await textAt(repository, named.commit, path);
  if (text === null) {
    throw new OperatorError(`the revision ${revision} has no file ${path}`, {
      code: 'revision_without_file',
      exitCode: EXIT.usage,
      nextSteps: [`see the revisions of the file: ${logCommand(path)}`],
    });
  }
  return { ...named, text };
}

/** The newest commit that two have in common; null where there is none, or it is not in this clone. */
export async function mergeBase({ root }: GitRepository, a: string, b: string): Promise<string | null> {
  return (await askGit(root, ['merge-base', a, b]))?.trim() ?? null;
}

/** What lists the commits of a file, typed in any folder of the repository (gitglossary(7), "pathspec"). */
function logCommand(path: string): string {
  return `git log --all --oneline -- ${shellWord(`:/${path}`)}`;
}
