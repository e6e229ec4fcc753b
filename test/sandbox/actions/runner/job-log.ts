import type { Clock } from '../../../../src/lib/clock.ts';

const MASK = '***';

/** A job's log as GitHub serves it: a byte order mark, then lines with a timestamp, secrets replaced by `***`. */
export class JobLog {
  readonly #clock: Clock;
  readonly #lines: string[] = [];
  readonly #secrets = new Set<string>();
  #masks: readonly string[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on this text appears nowhere; nor does any line of it. */
  mask(secret: string): void {
    for (const part of [secret, ...secret.split(/\r?\n/)]) if (part.trim() !== '') this.#secrets.add(part);
    this.#masks = [...this.#secrets].sort((one, other) => other.length - one.length);
  }

  masked(text: string): string {
    return this.#masks.reduce((before, secret) => before.replaceAll(secret, MASK), text);
  }

  holdsSecret(text: string): boolean {
    return this.#masks.some((secret) => text.includes(secret));
  }

  write(text: string): void {
    const at = new Date(this.#clock.now()).toISOString().replace('Z', '0000Z');
    for (const line of this.masked(text).split('\n')) this.#lines.push(`${at} ${line}`);
  }

  toString(): string {
    return this.#lines.length === 0 ? '' : `\uFEFF${this.#lines.join('\n')}\n`;
  }
}
