import { atMost, holds, number, type Section, told } from '../figure.ts';
import { startHostedProcess } from '../rig/hosted-process.ts';
import { finishedOf, runMeasured } from '../rig/measured-cli.ts';
import { growthPerMinute } from '../rig/process-meter.ts';
import { startSandboxProcess } from '../rig/sandbox-process.ts';

/** The same into a real PostgreSQL behind its API, in other processes: memory of the CLI alone. Then once more: what a re-run costs. */
export async function hostedCapture(pullRequests: number): Promise<Section> {
  const [sandbox, hosted] = await Promise.all([
    startSandboxProcess(['--repo', 'acme/big', '--prs', String(pullRequests)]),
    startHostedProcess(),
  ]);
  try {
    const env = { ...sandbox.env, ...hosted.env };
    const run = await runMeasured(['backfill', 'acme/big', '--jsonl'], { env });
    const { outcome } = finishedOf(run);
    const growth = growthPerMinute(run.meter.samples, 0.1);
    const before = await hosted.changes();
    await sandbox.reset();
    const again = await runMeasured(['backfill', 'acme/big', '--jsonl'], { env });
    const changed = (await hosted.changes()) - before;
    const { cost } = await sandbox.counters();
    return {
      title: `Hosted store: ${number(pullRequests)} PRs, all kinds, zero latency`,
      figures: [
        holds('outcome', 'completed', outcome, outcome === 'completed'),
        told('PRs a minute', number((pullRequests / run.elapsedMs) * 60_000)),
        atMost('peak memory of the CLI', run.meter.peak, 300, 'MB'),
        told('growth after the first 10 %, of which most is the way to the plateau', `${number(growth)} MB a minute`),
        holds(
          're-run on finished data: rows changed',
          '0',
          number(changed),
          changed === 0 && finishedOf(again).outcome === 'completed',
        ),
        atMost('re-run: points per 100 PRs', (cost.graphql / pullRequests) * 100, 1.2, ''),
        told('re-run: elapsed', `${number(again.elapsedMs / 1_000)} s`),
      ],
      notes: [
        `Processor time of the CLI: ${number(run.meter.cpuMs / 1_000)} s. Sandbox, PostgreSQL and its API share this machine's processors with it.`,
        "Rows changed: inserted, updated and deleted in the captured tables, by PostgreSQL's own statistics.",
      ],
    };
  } finally {
    await Promise.all([sandbox.close(), hosted.close()]);
  }
}
