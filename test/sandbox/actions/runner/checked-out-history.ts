import { execa } from 'execa';
import type { Commit, RepositoryFiles } from '../repository-files.ts';

/**
 * Makes a working folder, whose files are those of `head` already, a clone with the history of every branch, as
 * actions/checkout does with `fetch-depth: 0`. Commits have other ids here: git makes them.
 */
export async function writeCheckedOutHistory(folder: string, files: RepositoryFiles, head: Commit): Promise<void> {
  const git = (args: readonly string[], input: Buffer = Buffer.alloc(0)) =>
    execa('git', args, { cwd: folder, input, timeout: 60_000 });
  const marks = new Map<string, number>();
  const parts: Buffer[] = [];
  const add = (text: string): void => void parts.push(Buffer.from(text));
  const branches = files.branches.map((branch) => [`refs/remotes/origin/${branch}`, files.at(branch)] as const);
  for (const [ref, tip] of [...branches, [`refs/heads/${files.defaultBranch}`, head] as const]) {
    for (const commit of tip ? files.history(tip) : []) {
      if (marks.has(commit.sha)) continue;
      const mark = marks.size + 1;
      marks.set(commit.sha, mark);
      add(`commit ${ref}\nmark :${mark}\ncommitter CI <ci@example.com> ${1_700_000_000 + mark} +0000\n`);
      add(`data ${Buffer.byteLength(commit.message)}\n${commit.message}\n`);
      const parent = commit.parent === null ? undefined : marks.get(commit.parent);
      if (parent !== undefined) add(`from :${parent}\n`);
      add('deleteall\n');
      for (const [path, content] of commit.files) {
        add(`M 100644 inline ${path}\ndata ${content.length}\n`);
        parts.push(content);
        add('\n');
      }
    }
    if (tip) add(`reset ${ref}\nfrom :${marks.get(tip.sha)}\n\n`);
  }
  await git(['init', '--quiet', `--initial-branch=${files.defaultBranch}`]);
  await git(['fast-import', '--quiet', '--force'], Buffer.concat(parts));
  await git(['reset', '--quiet']);
}
