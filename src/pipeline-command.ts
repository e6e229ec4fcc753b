import { boolean } from '@oclif/core/flags';
import { BaseCommand } from './base-command.ts';
import { OutputClosed } from './lib/interrupt.ts';
import type { ProgressEvent } from './lib/progress/events.ts';

/** How the progress of a pipeline is shown. */
export interface PresentationFlags {
  readonly jsonl: boolean;
  readonly plain: boolean;
}

/** A command that runs a pipeline: it shows progress on a terminal, as lines elsewhere, or as NDJSON. */
export abstract class PipelineCommand extends BaseCommand {
  static override baseFlags = {
    ...BaseCommand.baseFlags,
    jsonl: boolean({
      summary: 'Print one JSON event a line on stdout.',
      helpGroup: 'GLOBAL',
      exclusive: ['json', 'plain'],
    }),
    plain: boolean({
      summary: 'Print progress as lines that stay, as in CI, even on a terminal.',
      helpGroup: 'GLOBAL',
    }),
  };

  protected override async init(): Promise<void> {
    await super.init();
    // From the very start: an interruption while the store opens must not cut it off.
    this.interrupt.signal.throwIfAborted();
  }

  /**
   * Renders every event and resolves with the pipeline's result. Strings in events lose their secrets on the way.
   * Rejects with what the pipeline throws.
   */
  protected async present<Result>(
    events: AsyncGenerator<ProgressEvent, Result>,
    flags: PresentationFlags,
  ): Promise<Result> {
    const { renderProgress, chooseMode } = await import('./lib/progress/render.ts');
    const { redactor, io, clock } = this;
    const mode = chooseMode({ ...flags, json: this.jsonEnabled(), io });
    const ended = Promise.withResolvers<Result>();
    async function* redacted(): AsyncGenerator<ProgressEvent> {
      let next = await events.next();
      for (; !next.done; next = await events.next()) {
        yield redactor.redactDeep(next.value);
      }
      ended.resolve(next.value);
    }
    const { signal } = this.interrupt;
    // In raw mode the terminal sends no signal for Ctrl-C: the live view passes it on.
    await renderProgress(redacted(), {
      mode,
      io,
      clock,
      signal,
      onInterrupt: () => process.kill(process.pid, 'SIGINT'),
    });
    return await ended.promise;
  }

  /** A pipeline that nobody reads any more stops at a checkpoint, like one that is interrupted, but has not failed. */
  protected override onClosedPipe(): void {
    this.interrupt.stop(new OutputClosed());
  }
}
