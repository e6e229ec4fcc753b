import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../sandbox/history/random.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { type CommandEnd, createWorkplace, type RunningCommand, type Workplace } from './backfill-process.ts';
import { type KillPhase, phaseOf } from './kill-phase.ts';

const REPOSITORY = { owner: 'acme', name: 'killed', seed: 5 };
export const KILLED_REPOSITORY = `${REPOSITORY.owner}/${REPOSITORY.name}`;
/** GitHub's latency, shortened: a page takes some 20 ms, so that kills hit requests under way. */
const LATENCY_FACTOR = 0.02;
/** New pull requests, whenever the backfill was complete before the kills were. */
const APPENDED = 20;
/** So many of the kills are kept for the audit. */
const AT_END = 4;
/** A run that neither asks nor ends for this long hangs. */
const HANGS_AFTER_MS = 60_000;

export interface Kill {
  readonly phase: KillPhase;
  /** From the start of the process to the arrival of its first request; null when it was killed before. */
  readonly firstRequestMs: number | null;
}

/** A backfill that is killed and started again, over and over. */
export interface KilledBackfill {
  readonly sandbox: Sandbox;
  readonly workplace: Workplace;
  readonly kills: readonly Kill[];
  /** How often new pull requests were opened. */
  readonly appends: number;
  /** Opens as many more. */
  append(): void;
  /** Kills and starts again until there have been so many kills. @throws Error when a run ends in any other way. */
  killUntil(count: number): Promise<void>;
  /** Lets it come to its end. */
  finish(): Promise<CommandEnd>;
  /** Pages of pull requests that were answered in full although each of them had been before. */
  redonePages(): number;
  close(): Promise<void>;
}

export interface KilledBackfillOptions {
  readonly prs: number;
  readonly seed: number;
  /** Added to the environment of the command, e.g. a hosted store. */
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startKilledBackfill(options: KilledBackfillOptions): Promise<KilledBackfill> {
  const sandbox = await startSandbox({
    repositories: [{ ...REPOSITORY, prs: options.prs }],
    latency: 'github',
    latencyFactor: LATENCY_FACTOR,
  });
  const workplace = await createWorkplace(sandbox, { DEADZONE_BACKFILL_CHUNK_SIZE: '5', ...options.settings });
  const random = new Random(options.seed);
  const kills: Kill[] = [];
  let appends = 0;
  let runs = 0;
  const append = () => {
    sandbox.mutate({ kind: 'append', repository: KILLED_REPOSITORY, count: APPENDED });
    appends += 1;
  };
  const start = () => workplace.start(['backfill', KILLED_REPOSITORY, '--jsonl']);

  return {
    sandbox,
    workplace,
    kills,
    get appends() {
      return appends;
    },
    append,
    killUntil: async (count) => {
      while (kills.length < count) {
        runs += 1;
        const seen = sandbox.counters().requests;
        const startedAt = performance.now();
        const command = start();
        const firstRequest = firstRequestAfter(sandbox, seen, command, startedAt);
        await momentToKill(sandbox, seen, command, random, { number: runs, atEnd: count - kills.length <= AT_END });
        command.kill('SIGKILL');
        const end = await command.ended();
        const phase = phaseOf(end.stdout, pagesAnswered(sandbox, seen));
        if (end.signal === 'SIGKILL') kills.push({ phase, firstRequestMs: await firstRequest });
        else if (end.code === 0) append();
        else throw new Error(`run ${runs} ended with ${end.code}: ${end.stderr}\n${end.stdout.slice(-500)}`);
      }
    },
    finish: () => start().ended(),
    redonePages: () => redone(sandbox),
    close: async () => {
      await workplace.remove();
      await sandbox.close();
    },
  };
}

/**
 * Waits for the moment at which this run is to die: some milliseconds after its start, after one of its requests, or after
 * it said something. The first runs die while the store is created and the repository is enumerated, the last ones
 * (`atEnd`) while the audit runs.
 */
async function momentToKill(
  sandbox: Sandbox,
  seen: number,
  command: RunningCommand,
  random: Random,
  run: { readonly number: number; readonly atEnd: boolean },
): Promise<void> {
  if (run.number === 1 || (run.number > 4 && !run.atEnd && random.chance(0.15))) {
    await delay(50 + random.below(700));
  } else if (run.number <= 4) {
    await command.said(/"backfill.started"/);
    await delay(random.below(40));
  } else if (run.atEnd) {
    await command.said(/"audit.started"/);
    await delay(random.below(20));
  } else if (random.chance(0.3)) {
    // The next chunk is being claimed and asked for.
    await command.said(/"chunk.committed"/);
    await delay(random.below(20));
  } else {
    await untilRequests(sandbox, seen + 1 + random.below(5), command);
    // One round of asking for a page and storing it.
    await delay(random.below(90));
  }
}

async function untilRequests(sandbox: Sandbox, count: number, command: RunningCommand): Promise<void> {
  let ended = false;
  void command.ended().then(() => {
    ended = true;
  });
  const since = performance.now();
  while (!ended && sandbox.counters().requests < count) {
    if (performance.now() - since > HANGS_AFTER_MS)
      throw new Error(`process ${command.pid} hangs: ${command.stderr()}`);
    await delay(2);
  }
}

async function firstRequestAfter(
  sandbox: Sandbox,
  seen: number,
  command: RunningCommand,
  startedAt: number,
): Promise<number | null> {
  await untilRequests(sandbox, seen + 1, command);
  const first = sandbox.ledger.entries()[seen];
  // The ledger tells of a request when it is answered; it came in so much earlier.
  return first === undefined ? null : performance.now() - startedAt - first.ms;
}

function pagesAnswered(sandbox: Sandbox, seen: number): number {
  return sandbox.ledger
    .entries()
    .slice(seen)
    .filter(({ kind, status }) => (kind === 'hydrate' || kind === 'reviews') && status === 200).length;
}

function redone(sandbox: Sandbox): number {
  const answered = new Set<number>();
  let pages = 0;
  for (const { kind, status, numbers, pageSize } of sandbox.ledger.entries()) {
    if (kind !== 'hydrate' || status !== 200 || pageSize === 0) continue;
    const asked = numbers.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index),
    );
    if (asked.some((number) => answered.has(number))) pages += 1;
    for (const number of asked) answered.add(number);
  }
  return pages;
}

/** How many kills fell into each phase, in one line. */
export function spreadOf(kills: readonly Kill[]): Readonly<Record<KillPhase, number>> {
  const spread: Record<KillPhase, number> = { starting: 0, enumerating: 0, hydrating: 0, storing: 0, auditing: 0 };
  for (const { phase } of kills) spread[phase] += 1;
  return spread;
}

/** The median of what the restarts took to their first request, in milliseconds. */
export function medianFirstRequestMs(kills: readonly Kill[]): number {
  const sorted = kills.flatMap(({ firstRequestMs }) => firstRequestMs ?? []).toSorted((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? Number.POSITIVE_INFINITY;
}
