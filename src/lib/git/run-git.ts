import { execa } from 'execa';

/**
 * How git is called: it answers in English, takes no lock that a person's own git command would wait for, and finds the
 * repository by the folder that it is asked in. A hook is told its repository by variables, which are left out: with them
 * git takes every folder for the root of a work tree (githooks(5), git(1) "GIT_DIR"). GIT_INDEX_FILE stays: it names what
 * is about to be committed.
 */
export const GIT_ENVIRONMENT: Readonly<NodeJS.ProcessEnv> = {
  LC_ALL: 'C',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_PREFIX: undefined,
};

/** Milliseconds after which a question that needs no history is given up. */
const TIMEOUT_MS = 30_000;

/** What git answered, as it wrote it. */
export interface GitAnswer {
  readonly output: string;
  readonly refused: boolean;
  /** Why it refused: git's own words, or why it could not be started; '' where it did not. */
  readonly reason: string;
  /** There is no such program. */
  readonly missing: boolean;
}

/** Asks git one thing in a folder. That git refuses is an answer, and no error. */
export async function runGit(folder: string, args: readonly string[]): Promise<GitAnswer> {
  const { stdout, stderr, failed, code, shortMessage } = await execa('git', args, {
    cwd: folder,
    env: GIT_ENVIRONMENT,
    reject: false,
    stripFinalNewline: false,
    timeout: TIMEOUT_MS,
  });
  const reason = failed ? stderr.trim() || (shortMessage ?? '') : '';
  return { output: stdout, refused: failed, reason, missing: code === 'ENOENT' };
}

/** Asks git something whose answer is text; null where it refuses. */
export async function askGit(folder: string, args: readonly string[]): Promise<string | null> {
  const { output, refused } = await runGit(folder, args);
  return refused ? null : output;
}
