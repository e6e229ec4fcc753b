import { execa } from 'execa';
import type { GitRepository } from './repository.ts';
import { GIT_ENVIRONMENT } from './run-git.ts';

/** A commit in which a file changed. */
export interface FileRevision {
  readonly commit: string;
  /** Seconds since the epoch at which it was committed. */
  readonly committedAt: number;
  /** Object id of the file's content; null where the commit deleted the file. */
  readonly blob: string | null;
  /** That of the content which the commit replaced; null where the commit made the file. */
  readonly previous: string | null;
}

/** Object id of a file that is not there (git-diff(1), raw output format). */
const ABSENT = /^0+$/;

function present(id: string): string | null {
  return ABSENT.test(id) ? null : id;
}

/**
 * Every commit that changed a file, on all branches, tags and remotes, and in the reflog: newest first. A merge is a
 * revision for each parent that it differs from.
 */
export async function* revisionsOf(
  repository: GitRepository,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<FileRevision> {
  const log = execa(
    'git',
    [
      '--literal-pathspecs',
      'log',
      '--all',
      '--reflog',
      '--full-history',
      '--diff-merges=separate',
      '--raw',
      '--no-abbrev',
      '--no-renames',
      '--format=commit %H %ct',
      '--',
      path,
    ],
    { cwd: repository.root, env: GIT_ENVIRONMENT, cancelSignal: signal, buffer: { stdout: false } },
  );
  let commit = '';
  let committedAt = 0;
  for await (const line of log) {
    const header = /^commit ([0-9a-f]{40,64}) (\d+)$/.exec(line);
    if (header) {
      commit = header[1] ?? '';
      committedAt = Number(header[2]);
      continue;
    }
    // :100644 100644 <before> <after> M\tpath
    const [, previous, blob] = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) /.exec(line) ?? [];
    if (previous === undefined || blob === undefined) continue;
    yield { commit, committedAt, blob: present(blob), previous: present(previous) };
  }
  await log;
}

/** Whether any commit that `revisionsOf` would tell has the file. */
export async function hasRevisions(repository: GitRepository, path: string, signal: AbortSignal): Promise<boolean> {
  const { stdout } = await execa(
    'git',
    ['--literal-pathspecs', 'log', '--all', '--reflog', '--max-count=1', '--format=%H', '--', path],
    { cwd: repository.root, env: GIT_ENVIRONMENT, cancelSignal: signal },
  );
  return stdout !== '';
}
