import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';

/** How long a cancelled process has before SIGTERM, and after that before SIGKILL (docs.github.com, "Workflow cancellation"). */
const INTERRUPT_MS = 7_500;
const TERMINATE_MS = 2_500;
/** How long output is still read after the process itself has ended and something else holds its pipes. */
const LATE_OUTPUT_MS = 200;

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Ends it at once. */
  readonly forced: AbortSignal;
  /** Scales the grace of a cancelled process. */
  readonly graceFactor: number;
  readonly onLine: (line: string) => void;
  /** Told the process group, so that what is left of it can be ended when the job is over. */
  readonly onGroup: (pid: number) => void;
}

function forwardLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.replace(/\r$/, ''));
  };
  stream.on('data', (chunk: Buffer) => take(decoder.write(chunk)));
  return new Promise((resolve) =>
    stream.once('close', () => {
      take(decoder.end());
      if (rest !== '') onLine(rest);
      resolve();
    }),
  );
}

/** Ends whatever is left of a process group; nothing when it is gone. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown;
  }
}

/**
 * Runs a process as the runner does. A cancelled one gets SIGINT, then SIGTERM, then the whole group SIGKILL; the first
 * two go to the process itself and not to its children, as on GitHub, so a shell does not pass them on.
 * @returns the exit code; 128 and the signal's number stand for an end by signal.
 */
export async function runProcess(options: ProcessOptions): Promise<number> {
  const { command, args, cwd, env, signal, graceFactor, onLine } = options;
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new AbortController();
  const exited = once(child, 'exit');
  const output = Promise.all([forwardLines(child.stdout, onLine), forwardLines(child.stderr, onLine)]);
  const { pid } = child;
  if (pid !== undefined) options.onGroup(pid);
  const stop = async () => {
    try {
      child.kill('SIGINT');
      await delay(INTERRUPT_MS * graceFactor, undefined, { signal: ended.signal });
      child.kill('SIGTERM');
      await delay(TERMINATE_MS * graceFactor, undefined, { signal: ended.signal });
      if (pid !== undefined) killGroup(pid);
    } catch (thrown) {
      if (!ended.signal.aborted) throw thrown;
    }
  };
  let stopping: Promise<void> | undefined;
  const onAbort = () => {
    stopping ??= stop();
  };
  const onForced = () => {
    if (pid !== undefined) killGroup(pid);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  options.forced.addEventListener('abort', onForced, { once: true });
  if (signal.aborted) onAbort();
  if (options.forced.aborted) onForced();
  try {
    const [code] = (await exited) as [number | null];
    await Promise.race([output, delay(LATE_OUTPUT_MS, undefined, { signal: ended.signal }).catch(() => undefined)]);
    return code ?? 128;
  } finally {
    ended.abort();
    signal.removeEventListener('abort', onAbort);
    options.forced.removeEventListener('abort', onForced);
    child.stdout.destroy();
    child.stderr.destroy();
    await stopping;
  }
}
