import { askGit } from '../lib/git/run-git.ts';

/** Address of the git remote `origin` of a folder, the working one by default; undefined where there is none, or no git. */
export async function originUrl(folder = process.cwd()): Promise<string | undefined> {
  return (await askGit(folder, ['remote', 'get-url', 'origin']))?.trim();
}
