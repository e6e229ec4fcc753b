import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgress } from './progress-build.ts';
import type { Replay, ReplayReport } from './replay-script.ts';
import { openTerminal, type PseudoTerminal } from './terminal.ts';

const PROGRAM = join(import.meta.dirname, 'replay-progress.ts');

export interface PlayOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly mode?: 'live' | 'lines' | 'jsonl' | 'silent';
}

export interface PipedReplay {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly report: ReplayReport;
}

/** Plays replays through freshly compiled renderers, in a terminal or into pipes. */
export interface ReplayStage {
  inTerminal(replay: Replay, options?: PlayOptions): Promise<PseudoTerminal>;
  /** What the replay cost that was played last and has ended. */
  report(): Promise<ReplayReport>;
  /** Plays into pipes. `closeAfterBytes` closes the reading end of both once that much has come. */
  intoPipes(replay: Replay, options: PlayOptions & { readonly closeAfterBytes?: number }): Promise<PipedReplay>;
  /** Ends the programs that still run in terminals. */
  endTerminals(): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(): Promise<ReplayStage> {
  const build = await buildProgress();
  const folder = await mkdtemp(join(tmpdir(), 'replay-'));
  const replayFile = join(folder, 'replay.json');
  const reportFile = join(folder, 'report.json');
  const report = async (): Promise<ReplayReport> => JSON.parse(await readFile(reportFile, 'utf8'));
  const prepare = async (replay: Replay, { mode = 'live', env = {} }: PlayOptions) => {
    await rm(reportFile, { force: true });
    await writeFile(replayFile, JSON.stringify(replay));
    return {
      args: [PROGRAM, build.renderModule, replayFile, mode, reportFile],
      env: { NODE_ENV: 'production', TZ: 'UTC', ...env },
    };
  };
  const terminals = new Set<PseudoTerminal>();
  const endTerminals = async () => {
    for (const terminal of terminals) await terminal.close();
    terminals.clear();
  };
  return {
    report,
    endTerminals,
    inTerminal: async (replay, options = {}) => {
      const { columns = 80, rows = 24 } = options;
      const terminal = openTerminal({ file: process.execPath, ...(await prepare(replay, options)), columns, rows });
      terminals.add(terminal);
      return terminal;
    },
    intoPipes: async (replay, options) => {
      const { args, env } = await prepare(replay, options);
      const child = spawn(process.execPath, args, {
        env: { PATH: process.env['PATH'], ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const written = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (text: string) => {
          written[name] += text;
          if (written[name].length > (options.closeAfterBytes ?? Number.POSITIVE_INFINITY)) child[name].destroy();
        });
      }
      const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
      return { exitCode, ...written, report: await report() };
    },
    close: async () => {
      await endTerminals();
      await rm(folder, { recursive: true, force: true });
      await build.remove();
    },
  };
}
