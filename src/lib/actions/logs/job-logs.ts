import type { Clock } from '../../clock.ts';
import { GitHubRefusal } from '../../github/refusals.ts';
import type { RepositoryName } from '../../github/repository/repository-name.ts';
import type { Emit } from '../../progress/event-stream.ts';
import { type LogCapabilities, LogCut, openJobLog } from './job-log.ts';
import { digestLog } from './log-digest.ts';
import { linesOf } from './log-lines.ts';

/** Downloads under way at once. */
const AT_ONCE = 2;
/** Waits before a log that is not there yet is asked for again, in milliseconds: storage lags behind the job's end. */
const RETRY_AFTER_MS: readonly number[] = [2_000, 5_000, 10_000];

/** Lines that are told of a job's log when it ends well, and when it does not. */
export const LOG_LINES = { good: 20, bad: 60 } as const;

export interface EndedJob {
  readonly jobId: string;
  readonly name: string;
  readonly failed: boolean;
}

/** Reads the logs of jobs as these end, a few at a time. A log that cannot be read is told and fails nothing. */
export interface JobLogs {
  /** Begins to read a log. */
  fetch(job: EndedJob): void;
  /** Resolves when every log is read or given up. */
  done(): Promise<void>;
  /** The end of a log that has been read. */
  tailOf(jobId: string): readonly string[];
}

export function createJobLogs(
  capabilities: LogCapabilities & { readonly clock: Clock },
  repository: RepositoryName,
  emit: Emit,
): JobLogs {
  const { clock, signal } = capabilities;
  const tails = new Map<string, readonly string[]>();
  const waiting: EndedJob[] = [];
  const readers = new Set<Promise<void>>();

  const readOnce = async (job: EndedJob): Promise<'read' | 'missing' | 'deleted'> => {
    const chunks = await openJobLog(capabilities, repository, job.jobId);
    if (typeof chunks === 'string') return chunks;
    const counter = counted(chunks);
    const lines = job.failed ? LOG_LINES.bad : LOG_LINES.good;
    const digest = await digestLog(linesOf(counter.chunks), { lines, tail: LOG_LINES.bad });
    tails.set(job.jobId, digest.tail);
    const { jobId, name, failed } = job;
    emit({
      event: 'log.read',
      jobId,
      name,
      failed,
      lines: digest.lines,
      omitted: digest.omitted,
      bytes: counter.bytes(),
    });
    return 'read';
  };

  const read = async (job: EndedJob): Promise<void> => {
    let reason = 'GitHub has no log of it';
    for (const wait of [...RETRY_AFTER_MS, undefined]) {
      try {
        const became = await readOnce(job);
        if (became === 'read') return;
        if (became === 'deleted') {
          reason = 'its log has been deleted';
          break;
        }
      } catch (thrown) {
        if (!(thrown instanceof LogCut || thrown instanceof GitHubRefusal)) throw thrown;
        reason = thrown.message;
      }
      if (wait !== undefined) await clock.sleep(wait, signal);
    }
    emit({ event: 'log.missed', jobId: job.jobId, name: job.name, reason });
  };

  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const current = job;
      await read(current).catch((thrown: unknown) => {
        if (signal.aborted) return;
        const reason = thrown instanceof Error ? thrown.message : String(thrown);
        emit({ event: 'log.missed', jobId: current.jobId, name: current.name, reason });
      });
    }
  };

  return {
    fetch: (job) => {
      waiting.push(job);
      if (readers.size >= AT_ONCE) return;
      const reader = work().finally(() => readers.delete(reader));
      readers.add(reader);
    },
    done: async () => {
      while (readers.size > 0) await Promise.all(readers);
    },
    tailOf: (jobId) => tails.get(jobId) ?? [],
  };
}

function counted(chunks: AsyncIterable<Uint8Array>) {
  let bytes = 0;
  async function* counting(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  return { chunks: counting(), bytes: () => bytes };
}
