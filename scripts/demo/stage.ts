import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const RUN = join(import.meta.dirname, '..', '..', 'bin', 'run.js');
const INTERRUPTED = 130;

/** What a demo works with. */
export interface Stage {
  /** Where the commands run; removed in the end. */
  readonly folder: string;
  /** Tells the audience something, on stderr. */
  say(text: string): void;
  /** Something to end when the demo ends, however it ends; the last one first. */
  onEnd(step: () => Promise<unknown>): void;
  /** Runs the command line as the audience would. @returns its exit code; 130 where the demo has been interrupted */
  run(why: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<number>;
}

/**
 * Plays a demo in a temporary folder, sets the exit code to what it comes to, or to 130 when it is interrupted, and
 * leaves nothing behind. Rejects with what `play` throws, once everything has ended.
 */
export async function onStage(play: (stage: Stage) => Promise<number>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'capture-cli-demo-'));
  const ends = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })] as (() => Promise<unknown>)[];
  const interrupted = new AbortController();
  let child: { kill(signal: NodeJS.Signals): boolean } | undefined;
  // Packages that end the process on these by themselves would cut off the cleaning up, and exit with 0.
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'beforeExit', 'exit']) process.removeAllListeners(event);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupted.abort();
      // Ctrl-C reaches the command by itself.
      if (signal !== 'SIGINT') child?.kill(signal);
    });
  }
  const stage: Stage = {
    folder,
    say,
    onEnd: (step) => ends.push(step),
    run: async (why, args, env) => {
      if (interrupted.signal.aborted) return INTERRUPTED;
      const typed = args.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ');
      say(`\n# ${why}\n$ capture-cli ${typed}`);
      const running = execa(process.execPath, [RUN, ...args], {
        cwd: folder,
        env: { ...environment(folder), ...env },
        extendEnv: false,
        stdio: 'inherit',
        reject: false,
      });
      child = running;
      const { exitCode = 1 } = await running;
      return interrupted.signal.aborted ? INTERRUPTED : exitCode;
    },
  };
  try {
    process.exitCode = await play(stage).catch((thrown: unknown) => {
      if (interrupted.signal.aborted) return INTERRUPTED;
      throw thrown;
    });
  } finally {
    for (const step of ends.reverse()) await step();
  }
  if (process.exitCode !== 0) say(`\nThe demo ended with exit code ${process.exitCode}; what it stored is removed.`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The caller's environment without what would lead a demo to a real GitHub, database or configuration. */
function environment(folder: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(DEADZONE|GITHUB|GH|SUPABASE)_/.test(name));
  return { ...Object.fromEntries(kept), XDG_CONFIG_HOME: folder, XDG_STATE_HOME: folder };
}
