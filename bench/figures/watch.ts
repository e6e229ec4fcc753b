import type { RunScript } from '../../test/sandbox/actions/run-script.ts';
import { atMost, number, type Section, told } from '../figure.ts';
import { type Followed, startWatchRig } from '../rig/watched-runs.ts';

/** What `gh run watch` does without `--interval`. */
const FIXED_POLL_MS = 3_000;
const JOBS = 20;
const RUN_SECONDS = 600;
/** Lengths of the runs whose end is to be noticed, in seconds: from one that ends between the first polls to an hour. */
const LENGTHS = [5, 13, 31, 62, 97, 151, 240, 333, 419, 600, 1_201, 1_803, 2_699, 3_600];

/** A run of 20 jobs, watched next to a plain poller: what GitHub counts, and how soon the end is known. */
export async function watching(): Promise<Section> {
  const rig = await startWatchRig();
  try {
    const watched = await rig.watch(workflowRun(RUN_SECONDS));
    const polled = await rig.poll(workflowRun(RUN_SECONDS), FIXED_POLL_MS);
    const ends: Followed[] = [];
    for (const seconds of LENGTHS) ends.push(await rig.watch(workflowRun(seconds)));
    const share = ({ noticedAfterMs, intervalMs }: Followed) => noticedAfterMs / intervalMs;
    const latest = ends.reduce((worst, each) => (share(each) > share(worst) ? each : worst));
    const longest = Math.max(...ends.map(({ noticedAfterMs }) => noticedAfterMs));
    return {
      title: `Watching a run of ${RUN_SECONDS / 60} minutes and ${JOBS} jobs`,
      figures: [
        atMost('counted requests of the watcher', watched.counted, 120, ''),
        told(`counted requests of a poller every ${FIXED_POLL_MS / 1_000} s`, number(polled.counted)),
        told('requests saved', `${number(polled.counted / watched.counted)}×`),
        atMost('delay of noticing the end, as a share of the poll interval', share(latest), 1, ''),
        told('longest such delay', `${number(longest / 1_000)} s`),
      ],
      notes: [
        `The watcher sent ${number(watched.requests)} requests, of which ${number(watched.requests - watched.counted)} were answered 304, which is free; ${JOBS} of the counted ones are the jobs' logs. The poller reads the run and its jobs each time, without ETags and without logs.`,
        `Delays are the worst of ${LENGTHS.length} runs of ${LENGTHS[0]} s to an hour, the same jobs stretched. The interval is the wait before the poll that told the end.`,
        "Watcher, client and HTTP are the product's own; the simulated GitHub and they share a simulated clock that jumps as soon as everybody only waits for it, so responses take no time.",
      ],
    };
  } finally {
    await rig.close();
  }
}

/** A plan, 18 workers that begin and end one after the other, a verification. */
function workflowRun(seconds: number): RunScript {
  const ms = (share: number) => Math.round(seconds * 1_000 * share);
  const steps = (share: number) =>
    Array.from({ length: 5 }, (_, index) => ({ name: `Step ${index + 1}`, ms: ms(share / 5) }));
  const workers = Array.from({ length: JOBS - 2 }, (_, index) => ({
    name: `Worker ${index + 1}`,
    needs: ['Plan'],
    queuedMs: ms(0.01 + index * 0.012),
    steps: steps(0.58 + index * 0.003),
  }));
  return {
    workflow: 'progressive-backfill.yml',
    jobs: [
      { name: 'Plan', queuedMs: ms(0.01), steps: steps(0.065) },
      ...workers,
      { name: 'Verify', needs: workers.map(({ name }) => name), queuedMs: ms(0.01), steps: steps(0.07) },
    ],
  };
}
