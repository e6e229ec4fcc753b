import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PJSON } from '@oclif/core/interfaces';
import { colorEnvironment } from '../lib/term.ts';

/** How long handles that a command left open may hold up the end of the process, in milliseconds. */
const GRACE_MS = 3_000;

/**
 * Runs one command line. Every failure ends here or in the command's own `catch`, told in the same words; nothing
 * prints a stack.
 *
 * @param binFolder the folder of `run.js`, beside which package.json and the manifest are
 */
export async function main(proc: NodeJS.Process, binFolder: string): Promise<void> {
  const argv = proc.argv.slice(2);
  Object.assign(proc.env, colorEnvironment(argv, proc.env));
  // A reader that has seen enough is no failure; oclif does the same for stdout.
  proc.stderr.on('error', ignoreClosedPipe);
  proc.stdout.on('error', ignoreClosedPipe);
  proc.once('uncaughtException', (thrown) => {
    void fail(proc, argv, thrown).finally(() => proc.exit());
  });

  try {
    const root = join(binFolder, '..');
    const { run } = await import('@oclif/core/run');
    await run(argv, { root, pjson: withPluginsOnly(readManifest(root)), userPlugins: false, devPlugins: false });
  } catch (thrown) {
    await fail(proc, argv, thrown);
  }
  setTimeout(() => proc.exit(), GRACE_MS).unref();
}

function readManifest(root: string): PJSON {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

/** oclif looks for plugins among all dependencies with patterns, which takes it longer than to load them. */
function withPluginsOnly(manifest: PJSON): PJSON {
  const { oclif, dependencies = {} } = manifest;
  const isPlugin = ([name]: readonly [string, string]) => oclif.plugins?.includes(name);
  return { ...manifest, dependencies: Object.fromEntries(Object.entries(dependencies).filter(isPlugin)) };
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** Tells a failure that no command could catch: an unknown command, a broken installation, an error in a callback. */
async function fail(proc: NodeJS.Process, argv: readonly string[], thrown: unknown): Promise<void> {
  const exit = exitOf(thrown);
  if (exit !== undefined) {
    proc.exitCode = exit;
    return;
  }
  const [{ diagnose, failureText, asksForJson }, { createRedactor }] = await Promise.all([
    import('./report-failure.ts'),
    import('../lib/redact.ts'),
  ]);
  const failure = await diagnose(thrown, {
    command: { invocation: 'capture-cli', flags: [] },
    version: readManifest(join(import.meta.dirname, '..', '..')).version,
    argv,
    env: proc.env,
    redactor: createRedactor(proc.env),
  });
  proc.exitCode = failure.exitCode;
  if (asksForJson(argv)) proc.stdout.write(`${JSON.stringify({ error: failure }, null, 2)}\n`);
  else proc.stderr.write(failureText(failure, proc.stderr));
}

/** The exit code of oclif's `this.exit(code)`, which is thrown but is no failure to tell. */
function exitOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || thrown.code !== 'EEXIT') return undefined;
  const oclif = 'oclif' in thrown ? thrown.oclif : undefined;
  return typeof oclif === 'object' && oclif !== null && 'exit' in oclif && typeof oclif.exit === 'number'
    ? oclif.exit
    : 0;
}
