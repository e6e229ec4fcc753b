import { readFile, writeFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src/lib/clock.ts';
import { processIO } from '../../src/lib/io.ts';
import type { ProgressEvent } from '../../src/lib/progress/events.ts';
import type { renderProgress } from '../../src/lib/progress/render.ts';
import type { Replay, ReplayReport } from './replay-script.ts';

/**
 * Plays events through the renderers, as a command does:
 * `node replay-progress.ts RENDER_MODULE REPLAY_FILE MODE [REPORT_FILE]`.
 * The first Ctrl-C stops it at the next checkpoint, the second at once. The report says what it cost.
 */
const [renderModule = '', replayFile = '', mode = 'live', reportFile] = process.argv.slice(2);
const loaded: string[] = [];
registerHooks({
  resolve: (specifier, context, next) => {
    loaded.push(specifier);
    return next(specifier, context);
  },
});
const module: { renderProgress: typeof renderProgress } = await import(renderModule);
const replay: Replay = JSON.parse(await readFile(replayFile, 'utf8'));
const stopping = new AbortController();

function interrupt(): void {
  if (stopping.signal.aborted) {
    process.stderr.write('Stopped at once.\n');
    process.exit(130);
  }
  process.stderr.write('Saving a checkpoint.\n');
  stopping.abort();
}
process.on('SIGINT', interrupt);
process.on('SIGHUP', interrupt);

const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
let consumed = 0;

async function* play(): AsyncGenerator<ProgressEvent> {
  for (const { after = 0, events } of replay.steps) {
    if (after > 0) await delay(after, undefined, { signal: stopping.signal }).catch(() => {});
    if (stopping.signal.aborted) {
      await delay(replay.checkpointMs ?? 0);
      return;
    }
    for (const event of events) {
      consumed += 1;
      yield withTimesFrom(event, Date.now());
    }
  }
}

function withTimesFrom(event: ProgressEvent, now: number): ProgressEvent {
  if (event.event === 'budget.updated') return { ...event, resetAt: now + event.resetAt };
  if (event.event === 'wait.started') return { ...event, until: now + event.until };
  if (event.event === 'backfill.finished' && event.resumeAfter !== undefined) {
    return { ...event, resumeAfter: now + event.resumeAfter };
  }
  return event;
}

const chosen = mode === 'live' || mode === 'lines' || mode === 'jsonl' ? mode : 'silent';
await module.renderProgress(play(), {
  mode: chosen,
  io: processIO(process),
  clock: systemClock,
  signal: stopping.signal,
  onInterrupt: interrupt,
});
const { user, system } = process.cpuUsage(cpuBefore);
const report: ReplayReport = {
  consumed,
  wallMs: Math.round(performance.now() - startedAt),
  cpuMs: Math.round((user + system) / 1000),
  loadedInk: loaded.includes('ink'),
};
if (reportFile) await writeFile(reportFile, JSON.stringify(report));
if (stopping.signal.aborted) process.exitCode = 130;
