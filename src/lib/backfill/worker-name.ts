/** Tells whether a process of this machine is alive. */
export type ProcessProbe = (pid: number) => boolean;

/** A lease owner's name: machine, process, and what tells two processes of the same number apart. */
export function workerName(host: string, pid: number, nonce: string): string {
  return `${host}:${pid}:${nonce}`;
}

/** Of these lease owners, those that were processes of `host` and are alive no more. Others' cannot be judged from here. */
export function deadWorkers(owners: readonly string[], host: string, isAlive: ProcessProbe): readonly string[] {
  return owners.filter((owner) => {
    const match = /^(.+):(\d+):[^:]+$/.exec(owner);
    return match?.[1] === host && !isAlive(Number(match[2]));
  });
}

/** Signal 0 only asks. EPERM: alive, and somebody else's. */
export function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}
