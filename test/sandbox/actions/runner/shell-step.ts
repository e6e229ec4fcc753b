import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepDocument } from '../workflow/document.ts';
import { parseCommandFile } from './command-files.ts';
import { runProcess } from './process.ts';
import type { JobFrame } from './step-context.ts';
import { StepOutput } from './step-output.ts';

/** docs.github.com: "Job summaries are isolated between steps and each step is restricted to a maximum size of 1MiB." */
const SUMMARY_LIMIT = 1024 * 1024;

/** docs.github.com, "Exit codes and error action preference": pipefail only where bash is asked for by name. */
const SHELLS: Readonly<Record<string, string>> = {
  '': 'bash -e {0}',
  bash: 'bash --noprofile --norc -eo pipefail {0}',
  sh: 'sh -e {0}',
};

/** A setting of the runner that a step may not change through $GITHUB_ENV. */
const PROTECTED = /^(?:GITHUB_|RUNNER_|CI$|NODE_OPTIONS$)/;

export interface ShellStep {
  readonly script: string;
  readonly shell: string;
  /** Relative to the workspace. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export function shellOf(step: StepDocument, ...defaults: readonly (string | undefined)[]): string {
  return step.shell ?? defaults.find((each) => each !== undefined) ?? '';
}

export interface StepEnd {
  readonly outputs: Readonly<Record<string, string>>;
  /** Why it failed, in the runner's words; null when it did not. */
  readonly failure: string | null;
}

/**
 * Runs a script as the runner does and takes what it left in the command files.
 * @throws Error for a shell, folder or command file that the runner cannot use.
 */
export async function runShellStep(frame: JobFrame, step: ShellStep): Promise<StepEnd> {
  const { place, job, house } = frame;
  const template = SHELLS[step.shell] ?? step.shell;
  if (!template.includes('{0}')) throw new Error(`The sandbox has no shell '${step.shell}'`);
  const script = await place.file('script.sh', step.script);
  const files = {
    GITHUB_OUTPUT: await place.file('set_output'),
    GITHUB_ENV: await place.file('set_env'),
    GITHUB_PATH: await place.file('add_path'),
    GITHUB_STEP_SUMMARY: await place.file('step_summary'),
    GITHUB_STATE: await place.file('save_state'),
  };
  const [command = 'bash', ...args] = template.split(' ').map((each) => each.replace('{0}', script));
  writeHeader(frame, step, template);
  const output = new StepOutput(job);
  const code = await runProcess({
    command,
    args,
    cwd: join(place.workspace, step.directory),
    env: { ...step.env, ...files },
    signal: step.signal,
    forced: frame.forced,
    graceFactor: house.graceFactor,
    onLine: output.take,
    onGroup: (pid) => place.adopt(pid),
  });
  await takeSummary(frame, files.GITHUB_STEP_SUMMARY);
  const env = parseCommandFile(await readFile(files.GITHUB_ENV, 'utf8'), 'env');
  for (const [name, value] of Object.entries(env)) if (!PROTECTED.test(name)) frame.env[name] = value;
  const paths = (await readFile(files.GITHUB_PATH, 'utf8')).split('\n').filter((each) => each !== '');
  place.path.unshift(...paths.toReversed());
  const outputs = parseCommandFile(await readFile(files.GITHUB_OUTPUT, 'utf8'), 'output');
  const failure = code === 0 ? null : `Process completed with exit code ${code}.`;
  return { outputs: { ...output.legacyOutputs, ...outputs }, failure };
}

function writeHeader(frame: JobFrame, step: ShellStep, template: string): void {
  const { log } = frame.job;
  const lines = step.script.replace(/\n$/, '').split('\n');
  log.write(`##[group]Run ${lines[0] ?? ''}`);
  for (const line of lines) log.write(`\u001b[36;1m${line}\u001b[0m`);
  log.write(`shell: /usr/bin/${template}`);
  const shown = Object.entries(step.env).filter(([name]) => Object.hasOwn(frame.env, name));
  if (shown.length > 0) log.write('env:');
  for (const [name, value] of shown) log.write(`  ${name}: ${value}`);
  log.write('##[endgroup]');
}

async function takeSummary(frame: JobFrame, file: string): Promise<void> {
  const { size } = await stat(file);
  if (size === 0) return;
  if (size > SUMMARY_LIMIT) {
    const message = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(size / 1024)}k.`;
    frame.job.log.write(`##[error]${message}`);
    frame.job.annotate('failure', message);
    return;
  }
  frame.job.summaries.push(frame.job.log.masked(await readFile(file, 'utf8')));
}
