import type { RepositoryName } from '../../github/repository/repository-name.ts';
import { sanitize, sanitizeLogLine } from '../../progress/sanitize.ts';
import { type LogCapabilities, openJobLog } from './job-log.ts';
import { readableLine } from './log-digest.ts';
import { linesOf } from './log-lines.ts';

/** Prints a job's whole log line by line, each with the job's name before it. False where there is no log. */
export async function printJobLog(
  capabilities: LogCapabilities,
  repository: RepositoryName,
  job: { readonly jobId: string; readonly name: string },
  print: (line: string) => void,
  colour: boolean,
): Promise<boolean> {
  const chunks = await openJobLog(capabilities, repository, job.jobId);
  if (!chunks) return false;
  const name = sanitize(job.name);
  for await (const raw of linesOf(chunks)) {
    const line = readableLine(raw);
    if (line !== undefined) print(`${name} | ${colour ? line : sanitizeLogLine(line, false)}`);
  }
  return true;
}
