import type { Clock } from './clock.ts';
import { OperatorError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** The reason of an aborted signal: the operator, or the system, asked to stop. */
export class Interrupted extends OperatorError {
  constructor(message: string) {
    super(message, { code: 'interrupted', exitCode: EXIT.interrupted });
    this.name = 'Interrupted';
  }
}

/** The reason of an aborted signal: nobody reads the output any more, so there is no point in going on. No failure. */
export class OutputClosed extends Error {
  constructor() {
    super('the reader of the output closed it');
    this.name = 'OutputClosed';
  }
}

/** What listening needs of a process. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

export interface InterruptOptions {
  readonly source: SignalSource;
  readonly clock: Pick<Clock, 'now'>;
  /** Says one line to the operator, at once. */
  readonly tell: (message: string) => void;
  /** What the first signal does, in words. */
  readonly announcement?: (() => string) | undefined;
  /** Ends the process without any clean-up. */
  readonly exit: (code: number) => void;
}

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Asks for a stop from within the program, e.g. because nobody reads the output any more. */
  stop(reason: Error): void;
  close(): void;
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * npm and npx forward a Ctrl-C that the terminal has sent to the whole process group already, so one keystroke arrives
 * twice within a few milliseconds (@npmcli/promise-spawn). Nobody presses twice that fast.
 */
const ECHO_MS = 150;

/** What Ctrl-C does to work that is done here. */
export const STOPPING = 'Stopping. Press Ctrl-C again to stop at once.';
/** The same for work that goes on from where it was stopped. */
export const CHECKPOINT = 'Stopping: saving a checkpoint. Press Ctrl-C again to stop at once.';

/** The first SIGINT, SIGTERM or SIGHUP aborts `signal`; the second ends the process at once with exit code 130. */
export function listenForInterrupt({
  source,
  clock,
  tell,
  exit,
  announcement = () => STOPPING,
}: InterruptOptions): Interrupt {
  const controller = new AbortController();
  let askedAt: number | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (askedAt === undefined) {
      askedAt = clock.now();
      tell(announcement());
      controller.abort(new Interrupted(`interrupted by ${name}`));
    } else if (clock.now() - askedAt > ECHO_MS) {
      tell('Stopped at once.');
      exit(EXIT.interrupted);
    }
  };
  for (const name of SIGNALS) source.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: (reason) => controller.abort(reason),
    close: () => {
      for (const name of SIGNALS) source.off(name, onSignal);
    },
  };
}
