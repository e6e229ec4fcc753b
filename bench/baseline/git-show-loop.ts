import { execFileSync } from 'node:child_process';

/** The plain way to read a file's history: a `git show` for each revision. @returns milliseconds for each revision */
export function gitShowLoop(root: string, path: string, revisions: number): number {
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: root, maxBuffer: 2 ** 28 });
  const commits = git('log', '--format=%H', `--max-count=${revisions}`, '--', path).toString().trim().split('\n');
  const startedAt = performance.now();
  for (const commit of commits) JSON.parse(git('show', `${commit}:${path}`).toString());
  return (performance.now() - startedAt) / commits.length;
}
