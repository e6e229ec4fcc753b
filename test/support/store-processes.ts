import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Order, Report } from './store-process.ts';

/** A process that shares an embedded store, as a test sees it. */
export interface StoreProcess {
  readonly pid: number;
  readonly reports: readonly Report[];
  readonly stderr: () => string;
  /** Resolves with the first report of this kind, past or future; rejects when the process failed or ended instead. */
  reported<Kind extends Report['report']>(kind: Kind): Promise<Extract<Report, { report: Kind }>>;
  /** Sends an order; resolves with what it returned. */
  ask(order: Order): Promise<unknown>;
  /** Sends an order and does not wait. */
  tell(order: Order): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the process has ended. */
  ended(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface StoreProcesses {
  start(directory: string, migrationsDirectory: string, nodeArgs?: readonly string[]): StoreProcess;
  /** Kills those that still run and waits for their end: to be called after each test. */
  end(): Promise<void>;
}

export function storeProcesses(): StoreProcesses {
  const started: StoreProcess[] = [];
  return {
    start: (...args) => {
      const made = startProcess(...args);
      started.push(made);
      return made;
    },
    end: async () => {
      const ending = started.splice(0);
      for (const each of ending) each.kill('SIGKILL');
      await Promise.all(ending.map((each) => each.ended()));
    },
  };
}

function startProcess(directory: string, migrationsDirectory: string, nodeArgs: readonly string[] = []): StoreProcess {
  const child = fork(join(import.meta.dirname, 'store-process.ts'), [directory, migrationsDirectory], {
    execArgv: [...nodeArgs],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const reports: Report[] = [];
  const stderr: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
  child.on('message', (report: Report) => reports.push(report));
  const end = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const next = <Found extends Report>(choose: (report: Report) => Found | null) =>
    nextReport(child, reports, choose, end, stderr);
  return {
    pid: child.pid ?? -1,
    reports,
    stderr: () => stderr.join(''),
    reported: <Kind extends Report['report']>(kind: Kind) => {
      const choose = (report: Report) =>
        report.report === kind ? (report as Extract<Report, { report: Kind }>) : null;
      const past = reports.map(choose).find((report) => report !== null);
      return past === undefined ? next(choose) : Promise.resolve(past);
    },
    ask: async (order) => {
      const answer = next((report) => (report.report === 'done' && report.order === order.order ? report : null));
      child.send(order);
      return (await answer).value;
    },
    tell: (order) => child.send(order),
    kill: (signal) => child.kill(signal),
    ended: () => end,
  };
}

function nextReport<Found extends Report>(
  child: ChildProcess,
  reports: readonly Report[],
  choose: (report: Report) => Found | null,
  end: Promise<unknown>,
  stderr: readonly string[],
): Promise<Found> {
  const failed = reports.find((report) => report.report === 'failed');
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`process ${child.pid}: ${reason}\n${stderr.join('')}`));
    if (failed !== undefined && choose(failed) === null) return fail(failed.message);
    const look = (report: Report) => {
      const found = choose(report);
      if (found === null && report.report !== 'failed') return;
      child.off('message', look);
      if (found !== null) resolve(found);
      else if (report.report === 'failed') fail(report.message);
    };
    child.on('message', look);
    void end.then(() => fail('it ended'));
  });
}
