import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../lib/clock.ts';
import { stateDirectory, writeCrashReport } from '../lib/crash-report.ts';
import { messageOf } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';
import type { Redactor } from '../lib/redact.ts';
import { styled } from '../lib/term.ts';
import { type FailedCommand, type Failure, failureOf } from './failure.ts';

export interface ReportOptions {
  readonly command: FailedCommand;
  readonly version: string;
  readonly argv: readonly string[];
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly redactor: Redactor;
}

/** What to tell about anything that was thrown, without secrets. A bug of ours is noted down in a log, and says so. */
export async function diagnose(thrown: unknown, options: ReportOptions): Promise<Failure> {
  const { command, version, argv, env, redactor } = options;
  const known = failureOf(thrown, command);
  if (known) return redactor.redactDeep(known);
  const directory = join(stateDirectory(env, homedir()), 'logs');
  const now = new Date(systemClock.now());
  const log = await writeCrashReport({ thrown, directory, version, argv, redactor, now });
  return redactor.redactDeep({
    code: 'bug',
    message: `this is a bug in capture-cli ${version}: ${messageOf(thrown)}`,
    exitCode: EXIT.failed,
    nextSteps: [
      log ? `report it and attach the log ${log}` : `report it (no log could be written to ${directory})`,
      'run the same command again with --verbose',
    ],
  });
}

/** A failure for people: what happened, then one line for each next step. Ends with a newline. */
export function failureText(failure: Failure, stream: NodeJS.WriteStream): string {
  const label = styled(['bold', 'red'], 'Error:', stream);
  const steps = failure.nextSteps.map((step) => `  - ${step}\n`).join('');
  return `${label} ${failure.message}\n${steps ? `Next:\n${steps}` : ''}`;
}

/** True when the arguments ask for JSON, before `--` and whether or not a command was found. */
export function asksForJson(argv: readonly string[]): boolean {
  const passThrough = argv.indexOf('--');
  return (passThrough === -1 ? argv : argv.slice(0, passThrough)).includes('--json');
}
