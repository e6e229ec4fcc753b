import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';

export const PROJECT_ROOT = join(import.meta.dirname, '..', '..');

export interface CliOptions {
  /** Added to the clean environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Defaults to an empty temporary folder that is removed afterwards. */
  readonly cwd?: string;
  readonly input?: string;
  /** Milliseconds; 30 seconds when it is not given. */
  readonly timeout?: number;
  /** Arguments for node itself. */
  readonly nodeArgs?: readonly string[];
}

export interface CliResult {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the built command line as a process of its own, in a clean environment: no token, no CI, no colour variables,
 * home and XDG folders of its own. Never rejects for an exit code.
 */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const home = await mkdtemp(join(tmpdir(), 'capture-cli-home-'));
  try {
    const { nodeArgs = [], cwd = home, input = '', timeout = 30_000 } = options;
    const result = await execa(process.execPath, [...nodeArgs, join(PROJECT_ROOT, 'bin', 'run.js'), ...args], {
      cwd,
      input,
      timeout,
      env: { ...cleanEnvironment(home), ...options.env },
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
    });
    return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** What a process needs to run, with `home` for everything that it keeps. */
export function cleanEnvironment(home: string): Record<string, string> {
  return {
    // No gh: a developer's own login must not reach a test. git stays, in a folder of the system.
    PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_STATE_HOME: join(home, 'state'),
    GH_CONFIG_DIR: join(home, 'gh'),
    // Where the command line keeps it by itself, also when a test gives it a temporary folder of its own.
    NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
  };
}
