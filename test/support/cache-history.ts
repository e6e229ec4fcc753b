import { execa } from 'execa';

/** One commit of a file's history; null deletes the file. */
export interface HistoryCommit {
  readonly content: string | null;
  /** ISO 8601. */
  readonly at: string;
  readonly message?: string;
  /** Branch that it is on; `main` unless said otherwise. */
  readonly branch?: string;
}

/** Makes a git repository with one commit for each content of a file, and checks the newest of `main` out. */
export async function writeHistory(root: string, path: string, commits: readonly HistoryCommit[]): Promise<void> {
  const git = (args: readonly string[], input = '') => execa('git', args, { cwd: root, input, timeout: 60_000 });
  await git(['init', '--quiet', '--initial-branch=main']);
  const stream = commits.map(({ content, at, message = 'chore: refresh counts', branch = 'main' }) => {
    const who = `CI <ci@example.com> ${Math.floor(Date.parse(at) / 1_000)} +0000`;
    const change =
      content === null ? `D ${path}` : `M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}`;
    return `commit refs/heads/${branch}\ncommitter ${who}\ndata ${Buffer.byteLength(message)}\n${message}\n${change}\n`;
  });
  await git(['fast-import', '--quiet'], stream.join('\n'));
  await git(['reset', '--quiet', '--hard', 'main']);
}
