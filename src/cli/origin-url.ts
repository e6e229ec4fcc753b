import { askGit } from '../lib/git/run-git.ts';

/** Address of the git remote `origin` of the working folder; undefined where there is none, or no git. */
export async function originUrl(): Promise<string | undefined> {
  return (await askGit(process.cwd(), ['remote', 'get-url', 'origin']))?.trim();
}
