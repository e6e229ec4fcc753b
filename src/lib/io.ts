/** The terminal as a capability: where results and progress go, and what the receiving end can show. */
export interface IO {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** True when a person can be asked: stdin and stdout are terminals and this is not CI. */
  readonly canPrompt: boolean;
  /** True when progress may be redrawn in place: stderr is a capable terminal and this is not CI. */
  readonly isLive: boolean;
}

export function processIO(proc: NodeJS.Process): IO {
  const { env, stdin, stdout, stderr } = proc;
  const inCI = Boolean(env['CI']) && env['CI'] !== 'false';
  const capable = env['TERM'] !== 'dumb';
  return {
    stdout,
    stderr,
    stdin,
    env,
    canPrompt: Boolean(stdin.isTTY && stdout.isTTY) && !inCI,
    isLive: Boolean(stderr.isTTY) && capable && !inCI,
  };
}
