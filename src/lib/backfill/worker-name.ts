import type { ProcessProbe } from '../process-alive.ts';

/** A lease owner's name: machine, process, and what tells two processes of the same number apart. */
export function workerName(host: string, pid: number, nonce: string): string {
  return `${host}:${pid}:${nonce}`;
}

/** The run of GitHub Actions that a process is a part of, as the machine in its name; null elsewhere. */
export function runHost(env: Readonly<NodeJS.ProcessEnv>): string | null {
  const run = env['GITHUB_RUN_ID'];
  return run ? `github-run-${run}` : null;
}

/** Of these lease owners, those that were processes of `host` and are alive no more. Others' cannot be judged from here. */
export function deadWorkers(owners: readonly string[], host: string, isAlive: ProcessProbe): readonly string[] {
  return owners.filter((owner) => {
    const match = /^(.+):(\d+):[^:]+$/.exec(owner);
    return match?.[1] === host && !isAlive(Number(match[2]));
  });
}
