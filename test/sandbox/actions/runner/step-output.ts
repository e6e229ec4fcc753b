import type { LiveJob } from './live-job.ts';
import { parseCommand } from './workflow-commands.ts';

const LEVELS: Readonly<Record<string, 'notice' | 'warning' | 'failure'>> = {
  notice: 'notice',
  warning: 'warning',
  error: 'failure',
};

/** Takes a step's lines to the log and obeys the commands among them. */
export class StepOutput {
  readonly #job: LiveJob;
  readonly #legacyOutputs: Record<string, string> = {};
  #stopToken: string | null = null;

  constructor(job: LiveJob) {
    this.#job = job;
  }

  /** What `::set-output` gave; still obeyed by GitHub, with a warning. */
  get legacyOutputs(): Readonly<Record<string, string>> {
    return this.#legacyOutputs;
  }

  readonly take = (line: string): void => {
    const command = parseCommand(line);
    if (!command) {
      this.#job.log.write(line);
      return;
    }
    const { name, message, properties } = command;
    if (this.#stopToken !== null) {
      if (name === this.#stopToken.toLowerCase()) this.#stopToken = null;
      this.#job.log.write(line);
      return;
    }
    const level = LEVELS[name];
    if (level !== undefined) {
      const { title = null, file = '.github', line: at } = properties;
      this.#job.annotate(level, message, { title, path: file, line: Number(at) || 1 });
      this.#job.log.write(`##[${name}]${message}`);
    } else if (name === 'group') this.#job.log.write(`##[group]${message}`);
    else if (name === 'endgroup') this.#job.log.write('##[endgroup]');
    else if (name === 'add-mask') {
      this.#job.log.mask(message);
      this.#job.log.write(line);
    } else if (name === 'stop-commands') {
      this.#stopToken = message;
      this.#job.log.write(line);
    } else if (name === 'set-output') this.#legacyOutputs[properties['name'] ?? ''] = message;
    else if (name !== 'debug') this.#job.log.write(line);
  };
}
