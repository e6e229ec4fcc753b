import { mkdir, writeFile } from 'node:fs/promises';
import { arch, platform, release } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Redactor } from './redact.ts';

export interface CrashReportOptions {
  readonly thrown: unknown;
  /** The folder for logs; made when it is not there. */
  readonly directory: string;
  readonly version: string;
  readonly argv: readonly string[];
  readonly redactor: Redactor;
  readonly now: Date;
}

/** The folder for what this program notes down about its own runs (XDG Base Directory 0.8, `XDG_STATE_HOME`). */
export function stateDirectory(env: Readonly<NodeJS.ProcessEnv>, homeDirectory: string): string {
  return join(env['XDG_STATE_HOME'] || join(homeDirectory, '.local', 'state'), 'capture-cli');
}

/**
 * Writes what a maintainer needs to find a bug, without secrets and for the owner's eyes only (0600).
 *
 * @returns the path of the file, or undefined when it cannot be written: a crash must still be told
 */
export async function writeCrashReport(options: CrashReportOptions): Promise<string | undefined> {
  const { thrown, directory, version, argv, redactor, now } = options;
  const name = `crash-${now.toISOString().replaceAll(/[:.]/g, '-')}-${process.pid}.log`;
  const path = join(directory, name);
  const text = [
    `capture-cli ${version}`,
    `node ${process.version} ${platform()} ${release()} ${arch()}`,
    `at ${now.toISOString()}`,
    `arguments: ${inspect(argv)}`,
    '',
    inspect(thrown, { depth: 4, maxStringLength: 10_000 }),
    '',
  ].join('\n');
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(path, redactor.redact(text), { mode: 0o600, flag: 'wx' });
    return path;
  } catch {
    return undefined;
  }
}
