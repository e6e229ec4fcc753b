/** Tells whether a process of this machine is alive. */
export type ProcessProbe = (pid: number) => boolean;

/** Signal 0 sends nothing and only asks (kill(2)). EPERM: alive, and somebody else's. */
export function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}
