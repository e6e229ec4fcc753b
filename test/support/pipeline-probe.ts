/**
 * A pipeline as small as can be, on the real base class, run as a process of its own by the tests: `work` yields
 * progress until it is stopped or has nothing left, `leak` throws an error that holds the token, `fail` a user error.
 */
import { Args, Flags } from '@oclif/core';
import { PipelineCommand } from '../../src/cli/pipeline-command.ts';
import { OperatorError } from '../../src/lib/errors.ts';
import { EXIT } from '../../src/lib/exit-codes.ts';
import type { ProgressEvent } from '../../src/lib/progress/events.ts';

class Probe extends PipelineCommand {
  static override id = 'probe';
  static override args = { what: Args.string({ required: true, options: ['work', 'leak', 'fail', 'warn', 'hang'] }) };
  static override flags = { count: Flags.integer({ default: 3 }) };

  async run(): Promise<{ steps: number }> {
    const { args, flags } = await this.parse(Probe);
    const token = this.io.env['GITHUB_TOKEN'] ?? '';
    if (args.what === 'leak') throw new TypeError(`cannot read ${token} of undefined`);
    if (args.what === 'fail') {
      throw new OperatorError(`no access with ${token}`, {
        code: 'no_access',
        exitCode: EXIT.auth,
        nextSteps: ['ask'],
      });
    }
    if (args.what === 'warn') this.warn(`careful with ${token}`);
    this.detail(`using ${token}`);
    const steps = await this.present(work(flags.count, args.what === 'hang', token, this.signal), flags);
    this.log(`done ${token}`);
    return { steps };
  }
}

async function* work(
  count: number,
  hang: boolean,
  token: string,
  signal: AbortSignal,
): AsyncGenerator<ProgressEvent, number> {
  for (let step = 1; step <= count; step += 1) {
    signal.throwIfAborted();
    yield { event: 'notice.raised', level: 'info', message: `step ${step} with ${token}` };
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (hang) {
    await new Promise((_, reject) => {
      signal.throwIfAborted();
      const beat = setInterval(() => {}, 1_000);
      signal.addEventListener('abort', () => {
        clearInterval(beat);
        reject(signal.reason);
      });
    });
  }
  return count;
}

await Probe.run(process.argv.slice(2), import.meta.dirname);
