import { existsSync } from 'node:fs';
import { captureRecorded, RECORDED_WORKERS_SDK } from '../../test/support/recorded-capture.ts';
import { holds, number, type Section, told } from '../figure.ts';

/** A real history, captured and compared with its file row by row. */
export async function realInput(): Promise<Section> {
  const title = 'Real input';
  if (!existsSync(RECORDED_WORKERS_SDK)) {
    return { title, figures: [], notes: [`Not measured: ${RECORDED_WORKERS_SDK} is not there.`] };
  }
  const startedAt = performance.now();
  const { exitCode, gaps, truncated, differences, pullRequests, rows } = await captureRecorded(RECORDED_WORKERS_SDK);
  const listed = gaps.map((gap) => `#${gap.number} ${gap.kind} ${gap.captured} of ${gap.expected}`);
  return {
    title,
    figures: [
      holds('exit code', '68', String(exitCode), exitCode === 68),
      holds(
        'PRs that GitHub truncates, listed as such',
        number(truncated.length),
        number(gaps.length),
        JSON.stringify(gaps.map((gap) => [gap.number, gap.kind])) === JSON.stringify(truncated),
      ),
      holds('rows that differ from the file', '0', number(differences.length), differences.length === 0),
      told('compared', `${number(pullRequests)} PRs, ${number(rows)} rows`),
      told('capture and comparison', `${number((performance.now() - startedAt) / 1_000)} s`),
    ],
    notes: [`Truncated at source: ${listed.join('; ')}.`],
  };
}
