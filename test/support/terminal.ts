import { setTimeout as delay } from 'node:timers/promises';
import { type IPty, spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { type PictureOptions, pictureOf } from './terminal-picture.ts';

export interface TerminalOptions {
  /** The program, e.g. `process.execPath`. */
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment of the program: nothing is inherited but PATH and HOME. TERM is set. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly columns?: number;
  readonly rows?: number;
}

export interface TerminalExit {
  readonly exitCode: number;
  /** Number of the signal that ended the program, or undefined. */
  readonly signal: number | undefined;
}

/** A program in a real pseudo terminal, with a terminal emulator that shows what a person would see. */
export interface PseudoTerminal {
  readonly pid: number;
  /** The rows in sight, top first, without trailing blanks. */
  screen(): string[];
  /** The rows that have scrolled out of sight, oldest first. */
  scrollback(): string[];
  /** Scrollback and screen as one text, without the empty rows at the end. */
  text(): string;
  /** Every byte that the program has written, as text. */
  raw(): string;
  /** Whether the cursor is shown, as the program left it. */
  cursorVisible(): boolean;
  /** The screen as a picture. */
  screenToSvg(options?: PictureOptions): string;
  /** Types. `\u0003` is Ctrl-C. */
  write(keys: string): void;
  /** Makes the window another size: what is shown wraps first, then the program is told, as terminals do. */
  resize(columns: number, rows: number): Promise<void>;
  /** Waits until scrollback and screen contain the text, or the predicate says so. Throws with the screen after the time. */
  waitFor(what: string | RegExp | ((terminal: PseudoTerminal) => boolean), timeoutMs?: number): Promise<void>;
  kill(signal?: NodeJS.Signals): void;
  /** Resolves when the program has ended and everything it wrote is on the screen. */
  readonly exited: Promise<TerminalExit>;
  /** Ends the program if it still runs. */
  close(): Promise<void>;
}

const POLL_MS = 15;

/** Starts a program in a pseudo terminal, 80 columns by 24 rows unless told otherwise. */
export function openTerminal(options: TerminalOptions): PseudoTerminal {
  const { file, args, columns = 80, rows = 24 } = options;
  const emulator = new headless.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  const pty = spawn(file, [...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: options.cwd ?? process.cwd(),
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...options.env },
  });
  let raw = '';
  let running = true;
  const settled = () => new Promise<void>((resolve) => emulator.write('', resolve));
  pty.onData((data) => {
    raw += data;
    emulator.write(data);
  });
  emulator.onData((answer) => {
    if (running) pty.write(answer);
  });
  const exited = exitOf(pty).then(async (exit) => {
    running = false;
    await settled();
    return exit;
  });
  const linesBetween = (from: number, to: number) =>
    Array.from(
      { length: to - from },
      (_, index) => emulator.buffer.active.getLine(from + index)?.translateToString(true) ?? '',
    );

  const terminal: PseudoTerminal = {
    pid: pty.pid,
    exited,
    screen: () => linesBetween(emulator.buffer.active.baseY, emulator.buffer.active.baseY + emulator.rows),
    scrollback: () => linesBetween(0, emulator.buffer.active.baseY),
    text: () => linesBetween(0, emulator.buffer.active.length).join('\n').trimEnd(),
    raw: () => raw,
    cursorVisible: () => raw.lastIndexOf('\u001b[?25l') <= raw.lastIndexOf('\u001b[?25h'),
    screenToSvg: (picture) => pictureOf(emulator, picture),
    write: (keys) => pty.write(keys),
    resize: async (toColumns, toRows) => {
      await settled();
      emulator.resize(toColumns, toRows);
      pty.resize(toColumns, toRows);
    },
    waitFor: async (what, timeoutMs = 10_000) => {
      const holds = () => {
        if (typeof what === 'function') return what(terminal);
        return typeof what === 'string' ? terminal.text().includes(what) : what.test(terminal.text());
      };
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        await settled();
        if (holds()) return;
        if (Date.now() > deadline)
          throw new Error(`waited ${timeoutMs} ms for ${what}; the terminal shows:\n${terminal.text()}`);
        await delay(POLL_MS);
      }
    },
    kill: (signal = 'SIGTERM') => {
      if (running) process.kill(pty.pid, signal);
    },
    close: async () => {
      terminal.kill('SIGKILL');
      await exited;
      emulator.dispose();
    },
  };
  return terminal;
}

function exitOf(pty: IPty): Promise<TerminalExit> {
  return new Promise((resolve) => {
    pty.onExit(({ exitCode, signal }) => resolve({ exitCode, signal: signal || undefined }));
  });
}
