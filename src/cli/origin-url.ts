import { execa } from 'execa';

/** Address of the git remote `origin` of the working folder; undefined where there is none, or no git. */
export async function originUrl(): Promise<string | undefined> {
  const { stdout, failed } = await execa('git', ['remote', 'get-url', 'origin'], { reject: false, timeout: 5_000 });
  return failed ? undefined : stdout;
}
