import { join } from 'node:path';
import { temporaryDirectory } from '../../test/support/temp.ts';
import { number, type Section, told } from '../figure.ts';
import { timeShares } from '../rig/cpu-profile.ts';
import { finishedOf, runMeasured } from '../rig/measured-cli.ts';
import { startSandboxProcess } from '../rig/sandbox-process.ts';

/** Where the main thread's time goes in a capture into the embedded store: a sampling profile of a shorter run. */
export async function whereTimeGoes(pullRequests: number): Promise<Section> {
  const temp = await temporaryDirectory();
  const sandbox = await startSandboxProcess(['--repo', 'acme/big', '--prs', String(pullRequests)]);
  try {
    const profiles = join(temp.path, 'profiles');
    const run = await runMeasured(['backfill', 'acme/big', '--jsonl'], {
      env: { ...sandbox.env, DEADZONE_STORE_DIRECTORY: join(temp.path, 'store') },
      nodeArgs: ['--cpu-prof', `--cpu-prof-dir=${profiles}`],
    });
    finishedOf(run);
    const shares = await timeShares(profiles);
    const total = shares.reduce((sum, [, ms]) => sum + ms, 0);
    return {
      title: 'Where the time goes',
      figures: shares
        .filter(([, ms]) => ms >= total / 100)
        .map(([where, ms]) =>
          told(where, `${number((ms / total) * 100)} %, ${number(ms / (pullRequests / 1_000))} ms per 1,000 PRs`),
        ),
      notes: [
        `Main thread of a capture of ${number(pullRequests)} PRs with \`--cpu-prof\`, waiting left out, the creation of the store included. Shares below 1 % are not listed.`,
      ],
    };
  } finally {
    await sandbox.close();
    await temp.remove();
  }
}
