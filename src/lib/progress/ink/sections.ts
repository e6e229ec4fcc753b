import type { RateResource } from '../events.ts';
import {
  formatClockTime,
  formatCount,
  formatDuration,
  formatEstimate,
  formatIdentifier,
  formatLatency,
  formatPercent,
  formatQuantity,
  formatRate,
  UNKNOWN,
} from '../format.ts';
import type { Palette, Tone } from '../palette.ts';
import { sanitize } from '../sanitize.ts';
import { describeEnumeration } from '../status.ts';
import { figuresOf, type Purpose, type View } from '../view.ts';
import { BUDGET_NAMES, CHILD_NAMES, describeBudget, describeWait } from '../wording.ts';
import { cellsOf, firstThatFits } from './cells.ts';
import type { Layout } from './layout.ts';

/** One line of the region; `right` is set at the right edge and never cut. */
export interface FrameLine {
  readonly id: string;
  readonly left: string;
  readonly right?: string;
  readonly cut: 'end' | 'middle';
}

/** What a section is drawn from. */
export interface Scene {
  readonly view: View;
  readonly now: number;
  /** True once the operator has asked to stop. */
  readonly interrupting: boolean;
  /** Of a run, only the jobs that need attention or run, and not their steps. */
  readonly compact?: boolean | undefined;
  readonly layout: Layout;
  readonly palette: Palette;
}

/** Repository on the left, store and running time on the right. */
export function title({ view, now, layout, palette }: Scene): FrameLine {
  const running = formatDuration(figuresOf(view, now).elapsedMs);
  const store = view.store === undefined ? '' : `${view.store} store · `;
  const right = layout.width >= 71 ? `${store}running ${running}` : running;
  const name = view.repository === undefined ? 'asking GitHub about the repository' : sanitize(view.repository);
  return { id: 'title', left: palette('strong', name), right: palette('faint', right), cut: 'middle' };
}

/** The share that is captured, as a bar and as a figure. */
export function bar({ view, layout, palette }: Scene): FrameLine {
  const share = view.total ? Math.min(1, view.finished / view.total) : 0;
  const filled = Math.floor(share * layout.barWidth);
  const percent = view.total === undefined ? UNKNOWN : formatPercent(view.finished, view.total);
  const drawn = `${palette('good', '━'.repeat(filled))}${palette('faint', '─'.repeat(layout.barWidth - filled))}`;
  return { id: 'bar', left: `${drawn} ${palette('strong', percent.padStart(6))}`, cut: 'end' };
}

/** Counts, rate and time left. */
export function counts({ view, now, layout }: Scene): FrameLine {
  const { ratePerMinute, remainingMs } = figuresOf(view, now);
  const done = `${view.purpose === 'verify' ? 'compared ' : ''}${formatCount(view.finished)}`;
  const total = view.total === undefined ? UNKNOWN : formatCount(view.total);
  const rate = formatRate(ratePerMinute);
  const left = remainingMs === undefined ? UNKNOWN : formatEstimate(remainingMs);
  const about = remainingMs === undefined ? UNKNOWN : `about ${left}`;
  const until = remainingMs === undefined ? '' : `, until ${formatClockTime(now + remainingMs, now)}`;
  const text = firstThatFits(layout.width, [
    `${done} of ${total} pull requests · ${rate} a minute · ${about} left${until}`,
    `${done} of ${total} pull requests · ${rate} a minute · ${about} left`,
    `${done} of ${total} · ${rate} a minute · ${left} left`,
    `${done} of ${total} · ${left} left`,
    `${done} of ${total}`,
  ]);
  return { id: 'counts', left: text, cut: 'end' };
}

/** The step it is at, or what it waits for. */
export function current(scene: Scene): FrameLine {
  const { view, now } = scene;
  if (view.wait) return labelled(scene, 'waiting', 'Waiting', describeWait(view.wait, now), 'warning');
  return labelled(scene, 'now', 'Now', describeStep(view, now));
}

/** How long the chunk before took, which tells a slow GitHub from a slow store. */
export function lastChunk(scene: Scene): FrameLine {
  const { lastCommit } = scene.view;
  if (lastCommit === undefined) return labelled(scene, 'last-chunk', 'Last chunk', [UNKNOWN]);
  const fetched = formatLatency(lastCommit.fetchMs);
  const stored = formatLatency(lastCommit.storeMs);
  return labelled(scene, 'last-chunk', 'Last chunk', [
    `${formatCount(lastCommit.chunk)}: fetched in ${fetched}, stored in ${stored}`,
    `fetched in ${fetched}, stored in ${stored}`,
    `${fetched} fetch, ${stored} store`,
  ]);
}

/** What has been captured beside the pull requests: a small table, two lines, or one. */
export function captured(scene: Scene): readonly FrameLine[] {
  const { view, layout, palette } = scene;
  const cells = CHILD_NAMES.map(([kind, name]) => ({ name, count: formatCount(view.rows[kind]) }));
  const phrases = cells.map(({ name, count }) => `${count} ${name}`);
  if (layout.level === 'roomy') {
    const widths = cells.map(({ name, count }) => Math.max(name.length, count.length, 9));
    const head = cells.map(({ name }, index) => name.padStart(widths[index] ?? 0)).join('  ');
    const body = cells.map(({ count }, index) => count.padStart(widths[index] ?? 0)).join('  ');
    return [
      labelled(scene, 'captured', 'Captured', [palette('faint', head)]),
      labelled(scene, 'captured-counts', '', [body]),
    ];
  }
  if (layout.level === 'normal' && layout.labelWidth > 0) {
    return [
      labelled(scene, 'captured', 'Captured', [phrases.slice(0, 3).join(' · ')]),
      labelled(scene, 'captured-more', '', [phrases.slice(3).join(' · ')]),
    ];
  }
  const children = CHILD_NAMES.reduce((sum, [kind]) => sum + view.rows[kind], 0);
  const wordings = [phrases.join(' · '), `${formatCount(children)} files, reviews, comments and commits`] as const;
  return [labelled(scene, 'captured', 'Captured', [...wordings, `${formatCount(children)} children`])];
}

/** One of GitHub's two budgets. */
export function budget(scene: Scene, resource: RateResource): FrameLine {
  const known = scene.view.budgets[resource];
  const label = `${BUDGET_NAMES[resource].name} budget`;
  return labelled(scene, `budget-${resource}`, label, known ? describeBudget(known, scene.now) : [UNKNOWN]);
}

/** The quarantined, in a fixed number of lines: the first counts them, the others name the latest ones. */
export function quarantined(scene: Scene, lines: number): readonly FrameLine[] {
  const { quarantined: count, recentlyQuarantined: recent } = scene.view;
  const named = recent.map(({ number, reason }) => `#${number} ${formatIdentifier(sanitize(reason))}`);
  // The total comes with the next progress event, a name at once.
  const known = Math.max(count, recent.length);
  const amount = known === 0 ? 'none' : formatCount(known);
  const head = lines === 1 && named.length > 0 ? `${amount}: ${named.join(', ')}` : amount;
  return [
    labelled(scene, 'quarantined', 'Quarantined', [head], known > 0 ? 'warning' : 'plain'),
    ...reserve(scene, 'quarantined', named, lines - 1),
  ];
}

/** The last notices, newest first, in a fixed number of lines. */
export function notices(scene: Scene, lines: number): readonly FrameLine[] {
  const { count, recent } = scene.view.notices;
  const texts = recent.map(({ at, text }) => `${formatClockTime(at, scene.now)} ${text}`);
  if (lines === 1) return [labelled(scene, 'notices', 'Last notice', [texts[0] ?? 'none'])];
  const head = count === 0 ? 'none' : `${formatCount(count)}, the latest:`;
  return [labelled(scene, 'notices', 'Notices', [head]), ...reserve(scene, 'notices', texts, lines - 1)];
}

const HINTS: Readonly<Record<Purpose, readonly [string, ...string[]]>> = {
  capture: [
    'Ctrl-C stops at a checkpoint; the same command goes on from there.',
    'Ctrl-C stops at a checkpoint.',
    'Ctrl-C stops.',
  ],
  verify: ['Ctrl-C stops comparing; nothing is changed either way.', 'Ctrl-C stops comparing.', 'Ctrl-C stops.'],
  watch: ['Ctrl-C stops looking on; the backfill itself goes on.', 'Ctrl-C stops looking on.', 'Ctrl-C stops.'],
};

const STOPPING: Readonly<Record<Purpose, readonly [string, ...string[]]>> = {
  capture: ['Saving a checkpoint… press Ctrl-C again to stop now.', 'Stopping… Ctrl-C again: stop now.', 'Stopping…'],
  verify: ['Stopping…'],
  watch: ['Stopping…'],
};

/** What Ctrl-C does, or what it is doing. */
export function hint({ view, interrupting, layout, palette }: Scene): FrameLine {
  const text = firstThatFits(layout.width, (interrupting ? STOPPING : HINTS)[view.purpose]);
  return { id: 'hint', left: palette(interrupting ? 'warning' : 'faint', text), cut: 'end' };
}

/** Everything that matters most, in one line. */
export function oneLine({ view, now, layout, interrupting }: Scene): FrameLine {
  const { remainingMs } = figuresOf(view, now);
  const share = view.total === undefined ? UNKNOWN : formatPercent(view.finished, view.total);
  const waiting = view.wait ? ', waiting' : '';
  const left = remainingMs === undefined ? '' : `, ${formatEstimate(remainingMs)} left`;
  const stopping = interrupting ? ', stopping' : '';
  const name = view.repository === undefined ? '' : `${sanitize(view.repository)} `;
  const figures = `${share}${waiting}${stopping}${left}`;
  return { id: 'one-line', left: firstThatFits(layout.width, [`${name}${figures}`, figures]), cut: 'end' };
}

function describeStep(view: View, now: number): readonly [string, ...string[]] {
  switch (view.phase) {
    case 'starting':
      return ['counting the pull requests'];
    case 'enumerating':
      return [view.enumeration ? describeEnumeration(view.enumeration) : 'listing pull requests'];
    case 'auditing':
      return ["comparing GitHub's counts with the rows in the store", 'comparing counts with GitHub'];
    case 'capturing':
    case 'finished':
      return view.chunk === undefined ? [UNKNOWN] : describeChunk(view.chunk, view.pageSize, now);
  }
}

function describeChunk(
  chunk: NonNullable<View['chunk']>,
  pageSize: number | undefined,
  now: number,
): readonly [string, ...string[]] {
  const what = chunk.kind === 'review_comments' ? 'review comments' : formatQuantity(chunk.items, 'pull request');
  const range =
    chunk.firstNumber === chunk.lastNumber ? `#${chunk.firstNumber}` : `#${chunk.firstNumber} to #${chunk.lastNumber}`;
  const page = `${pageSize ?? chunk.pageSize} a page`;
  const attempt = chunk.attempt > 1 ? `, try ${chunk.attempt}` : '';
  const name = `chunk ${formatCount(chunk.chunk)}`;
  const lasting = now - chunk.since >= 5_000 ? `, ${formatDuration(now - chunk.since)}` : '';
  return [
    `${name}: ${what}, ${range}, ${page}${attempt}${lasting}`,
    `${name}: ${what}, ${range}, ${page}${attempt}`,
    `${name}: ${range}, ${page}${attempt}`,
    `${name}, ${page}${attempt}`,
  ];
}

/** Lines below a labelled one, in a fixed number whatever there is to say. */
export function reserve(scene: Scene, id: string, texts: readonly string[], lines: number): readonly FrameLine[] {
  return Array.from({ length: lines }, (_, index) => labelled(scene, `${id}-${index + 1}`, '', [texts[index] ?? '']));
}

/** A line with its label in the label column, in the first wording that fits. */
export function labelled(
  scene: Scene,
  id: string,
  label: string,
  wordings: readonly [string, ...string[]],
  tone: Tone = 'plain',
): FrameLine {
  const { layout, palette } = scene;
  const lead = layout.labelWidth > 0 ? label.padEnd(layout.labelWidth) : label === '' ? '' : `${label}: `;
  const text = firstThatFits(layout.width - cellsOf(lead), wordings);
  return { id, left: `${palette('faint', lead)}${palette(tone, text)}`, cut: 'end' };
}
