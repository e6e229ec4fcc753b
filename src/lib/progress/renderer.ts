import type { Clock } from '../clock.ts';
import type { IO } from '../io.ts';
import type { ProgressEvent } from './events.ts';

export interface RendererOptions {
  readonly io: IO;
  readonly clock: Clock;
  /** In the live view of a run, show only the jobs that need attention or run, and not their steps. */
  readonly compact?: boolean | undefined;
  /** Aborted when the operator has asked the work to stop: the live view says so. */
  readonly signal?: AbortSignal;
  /**
   * Called on Ctrl-C when the live view reads the keyboard, each time it is pressed. Without it the keyboard is left
   * alone, and the terminal itself turns Ctrl-C into SIGINT.
   */
  readonly onInterrupt?: () => void;
}

/** Shows events as they come. It may fail: nobody's work depends on it. */
export interface ProgressRenderer {
  show(event: ProgressEvent): void | Promise<void>;
  /** Shows what is left to show and gives the stream back as it was. */
  close(): Promise<void>;
}
