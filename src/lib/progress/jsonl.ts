import type { ProgressEvent } from './events.ts';
import type { ProgressRenderer, RendererOptions } from './renderer.ts';
import { openSink } from './sink.ts';

/** Raised when a field of an event changes its meaning or goes away; new events and new fields do not raise it. */
export const SCHEMA_VERSION = 1;

// Legal in JSON, yet obeyed by terminals (DEL, C1) or taken as line ends (U+2028, U+2029).
const UNSAFE = /[\u007f-\u009f\u2028\u2029]/g;

/** The only event of a command that shows no progress: its result, as under `--json`. */
export interface CommandFinished {
  readonly event: 'command.finished';
  readonly result: unknown;
}

/**
 * One event as a line of JSON without its line end: `schemaVersion`, `ts` (ISO 8601, UTC, of when it was received),
 * `event`, then the event's own fields as `events.ts` has them. Times inside events are milliseconds since the epoch.
 */
export function formatJsonLine(event: ProgressEvent | CommandFinished, now: number): string {
  const json = JSON.stringify({ schemaVersion: SCHEMA_VERSION, ts: new Date(now).toISOString(), ...event });
  return json.replaceAll(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Writes every event to stdout, at the reader's speed. */
export function openJsonl({ io, clock }: RendererOptions): ProgressRenderer {
  const sink = openSink(io.stdout);
  return {
    show: (event) => sink.write(`${formatJsonLine(event, clock.now())}\n`),
    close: () => sink.close(),
  };
}
