import { OperatorError } from '../../errors.ts';
import type { RepositoryName } from '../../github/repository/repository-name.ts';
import { sanitize, sanitizeLogLine } from '../../progress/sanitize.ts';
import { type LogCapabilities, LogCut, openJobLog } from './job-log.ts';
import { readableLine } from './log-digest.ts';
import { linesOf } from './log-lines.ts';

/**
 * Hands on a job's whole log line by line, as people read it. False where there is no log.
 *
 * @throws OperatorError `log_cut` when the download ends before the log does; and as `openJobLog`
 */
export async function readWholeLog(
  capabilities: LogCapabilities,
  repository: RepositoryName,
  job: { readonly jobId: string; readonly name: string },
  colour: boolean,
  take: (line: string) => void,
): Promise<boolean> {
  try {
    const chunks = await openJobLog(capabilities, repository, job.jobId);
    if (typeof chunks === 'string') return false;
    for await (const raw of linesOf(chunks)) {
      const line = readableLine(raw);
      if (line !== undefined) take(colour ? line : sanitizeLogLine(line, false));
    }
    return true;
  } catch (thrown) {
    if (!(thrown instanceof LogCut)) throw thrown;
    throw new OperatorError(`the log of ${sanitize(job.name)} could not be read to its end: ${thrown.message}`, {
      code: 'log_cut',
      nextSteps: ['run the same command again'],
      cause: thrown,
    });
  }
}
