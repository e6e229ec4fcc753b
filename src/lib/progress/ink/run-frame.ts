import { formatDuration } from '../format.ts';
import { isOfInterest, type JobRowItem, jobRows } from '../runs/job-rows.ts';
import { describeJobCounts } from '../runs/status.ts';
import { currentStep, type RunView, tookMs } from '../runs/view.ts';
import { describeState, RUN_STATE_LABELS, RUN_STATE_TONES } from '../runs/wording.ts';
import { sanitize } from '../sanitize.ts';
import { describeCounts } from '../status.ts';
import { firstThatFits } from './cells.ts';
import { bar, budget, counts, type FrameLine, type Scene } from './sections.ts';

/** Cells of the column of states. */
const STATE_WIDTH = 15;

/** The lines of the region while a run on GitHub Actions is watched: never more than the layout allows. */
export function runFrameOf(scene: Scene, run: RunView): readonly FrameLine[] {
  const { layout, view } = scene;
  const most = layout.maxLines;
  if (most <= 2) return [runLine(scene, run), hint(scene)].slice(0, most);
  const head = [title(scene, run), runLine(scene, run)];
  const stored = view.total === undefined ? [] : [bar(scene), storedLine(scene)];
  const foot = [budget(scene, 'rest'), hint(scene)];
  // Short screens lose the figures from the store first, then the budget: jobs are what one watches.
  const fixed = [stored, foot].reduce((sum, lines) => sum + lines.length, head.length);
  const spare = most - fixed;
  const above = spare >= 2 ? [...head, ...stored] : head;
  const below = most - above.length >= 4 ? foot : foot.slice(-1);
  const jobs = scene.compact ? run.jobs.filter(({ state }) => isOfInterest(state)) : run.jobs;
  const rows = jobRows(jobs, most - above.length - below.length);
  return [...above, ...rows.map((item, index) => jobLine(scene, item, index)), ...below];
}

function title({ now, palette }: Scene, run: RunView): FrameLine {
  const name = palette('strong', sanitize(run.found.title));
  const since = formatDuration(Math.max(0, now - run.startedAt));
  return { id: 'title', left: name, right: palette('faint', `${since} so far`), cut: 'middle' };
}

function runLine({ layout, palette }: Scene, run: RunView): FrameLine {
  const attempt = run.attempt > 1 ? `, attempt ${run.attempt}` : '';
  const state = palette(RUN_STATE_TONES[run.state], describeState(run.state));
  const jobs = run.jobs.length === 0 ? '' : `: ${describeJobCounts(run.jobs)}`;
  const text = firstThatFits(layout.width, [
    `run ${run.found.runId} of ${sanitize(run.found.repository)}${attempt} ${state}${jobs}`,
    `run ${run.found.runId}${attempt} ${state}${jobs}`,
    `the run ${state}${jobs}`,
    `the run ${state}`,
  ]);
  return { id: 'run', left: text, cut: 'end' };
}

/** How many pull requests are in the store, with rate and time left while some are missing. */
function storedLine(scene: Scene): FrameLine {
  const { view } = scene;
  if (view.total === undefined || view.finished < view.total) return counts(scene);
  return { id: 'counts', left: `${describeCounts(view)} are in the store`, cut: 'end' };
}

function jobLine(scene: Scene, item: JobRowItem, index: number): FrameLine {
  const { palette, now } = scene;
  const id = `job-${index}`;
  if (item.kind !== 'job') {
    const label = item.kind === 'more' ? 'and' : 'matrix';
    const what = item.kind === 'more' ? `${item.jobs.length} more` : sanitize(item.name);
    return {
      id,
      left: `${palette('faint', label.padEnd(STATE_WIDTH))}${what}: ${describeJobCounts(item.jobs)}`,
      cut: 'end',
    };
  }
  const { job } = item;
  const state = palette(RUN_STATE_TONES[job.state], RUN_STATE_LABELS[job.state].padEnd(STATE_WIDTH));
  const step = job.state === 'running' && !scene.compact ? currentStep(job) : undefined;
  const at = step ? palette('faint', `  ${sanitize(step.name)}`) : '';
  const took = tookMs(job, now);
  const line = { id, left: `${state}${sanitize(job.name)}${at}`, cut: 'end' } as const;
  return took === undefined ? line : { ...line, right: formatDuration(took) };
}

function hint({ interrupting, layout, palette }: Scene): FrameLine {
  const text = interrupting
    ? 'Detaching: the run goes on.'
    : firstThatFits(layout.width, ['Ctrl-C ends the watching; the run goes on.', 'Ctrl-C detaches.']);
  return { id: 'hint', left: palette(interrupting ? 'warning' : 'faint', text), cut: 'end' };
}
