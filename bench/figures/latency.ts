import { join } from 'node:path';
import { temporaryDirectory } from '../../test/support/temp.ts';
import { atMost, number, type Section } from '../figure.ts';
import { finishedOf, runMeasured } from '../rig/measured-cli.ts';
import { startSandboxProcess } from '../rig/sandbox-process.ts';

/** Response times like GitHub's, shortened by a factor: does storing hide behind fetching? */
export async function withLatency(pullRequests: number, factor: number): Promise<Section> {
  const temp = await temporaryDirectory();
  const sandbox = await startSandboxProcess([
    ...['--repo', 'acme/far', '--prs', String(pullRequests)],
    ...['--latency', 'github', '--latency-factor', String(factor)],
  ]);
  try {
    const run = await runMeasured(['backfill', 'acme/far', '--jsonl'], {
      env: { ...sandbox.env, DEADZONE_STORE_DIRECTORY: join(temp.path, 'store') },
    });
    const { elapsedMs, requests } = finishedOf(run);
    const { byKind } = await sandbox.counters();
    const responseMs = Object.values(byKind).reduce((sum, kind) => sum + kind.responseMs, 0);
    return {
      title: "With GitHub's latency",
      figures: [atMost('elapsed over the sum of response times', elapsedMs / responseMs, 1.1, '×')],
      notes: [
        `${number(pullRequests)} PRs into the embedded store, response times of GitHub × ${factor}: ${number(requests)} requests, ${number(responseMs / 1_000)} s of responses, ${number(elapsedMs / 1_000)} s elapsed from \`backfill.started\` on.`,
        'The shorter the responses, the harder to hide the storing: at GitHub’s own speed the ratio is nearer to 1.',
      ],
    };
  } finally {
    await sandbox.close();
    await temp.remove();
  }
}
