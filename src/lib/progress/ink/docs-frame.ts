import { type DocsView, docsFiguresOf, finishedSlots } from '../docs/view.ts';
import {
  describeHostWait,
  describePages,
  describeRunning,
  describeSlotStates,
  formatPerSecond,
} from '../docs/wording.ts';
import {
  formatClockTime,
  formatCount,
  formatDuration,
  formatEstimate,
  formatPercent,
  formatQuantity,
  UNKNOWN,
} from '../format.ts';
import { sanitize } from '../sanitize.ts';
import { figuresOf } from '../view.ts';
import { arrange, one } from './arrangement.ts';
import { firstThatFits } from './cells.ts';
import { type FrameLine, labelled, reserve, type Scene } from './sections.ts';

/** Lines of the lists, by how much room there is. */
const ROOMY = { running: 6, hosts: 3, failures: 5 } as const;
const ORDINARY = { running: 1, hosts: 1, failures: 2 } as const;

/**
 * The lines of the region while libraries are scraped: never more than the layout allows, and always the same number
 * for the same layout.
 */
export function docsFrameOf(scene: Scene, docs: DocsView): readonly FrameLine[] {
  const { layout } = scene;
  if (layout.level === 'tiny') return [oneLine(scene, docs), hint(scene, docs)].slice(0, layout.maxLines);
  const lists = layout.level === 'roomy' ? ROOMY : ORDINARY;
  const isCheck = docs.started.mode === 'check';
  const groups = [
    [one(1, title(scene, docs)), one(4, bar(scene, docs)), one(0, counts(scene, docs))],
    // A check looks at addresses, whoever's they are, and makes no documents.
    ...(isCheck ? [] : [[one(5, states(scene, docs)), { rank: 6, lines: running(scene, docs, lists.running) }]]),
    [one(7, pages(scene, docs)), ...(isCheck ? [] : [one(8, documents(scene, docs))])],
    [{ rank: 9, lines: hosts(scene, docs, lists.hosts) }],
    [{ rank: 2, lines: failures(scene, docs, lists.failures) }],
    [one(3, hint(scene, docs))],
  ];
  return arrange(groups, layout);
}

function title({ view, now, palette }: Scene, { started }: DocsView): FrameLine {
  const name = palette('strong', sanitize(started.registry));
  const embedder = started.embedder === null ? '' : `${sanitize(started.embedder)} · `;
  const elapsed = formatDuration(figuresOf(view, now).elapsedMs);
  return { id: 'title', left: name, right: palette('faint', `${embedder}running ${elapsed}`), cut: 'middle' };
}

function bar({ layout, palette }: Scene, { handled, started }: DocsView): FrameLine {
  const share = started.pages > 0 ? Math.min(1, handled / started.pages) : 0;
  const filled = Math.floor(share * layout.barWidth);
  const drawn = `${palette('good', '━'.repeat(filled))}${palette('faint', '─'.repeat(layout.barWidth - filled))}`;
  const percent = formatPercent(handled, started.pages).padStart(6);
  return { id: 'bar', left: `${drawn} ${palette('strong', percent)}`, cut: 'end' };
}

function counts({ layout, now }: Scene, docs: DocsView): FrameLine {
  const { started, handled } = docs;
  const { remainingMs } = docsFiguresOf(docs, now);
  const slots = `${formatCount(finishedSlots(docs))} of ${formatQuantity(started.slots, 'library', 'libraries')}`;
  const ofPages = `${formatCount(handled)} of ${formatQuantity(started.pages, 'page')}`;
  const both = started.mode === 'check' ? ofPages : `${slots} · ${ofPages}`;
  const left = remainingMs === undefined ? UNKNOWN : formatEstimate(remainingMs);
  const about = remainingMs === undefined ? UNKNOWN : `about ${left}`;
  const until = remainingMs === undefined ? '' : `, until ${formatClockTime(now + remainingMs, now)}`;
  const text = firstThatFits(layout.width, [`${both} · ${about} left${until}`, `${both} · ${left} left`, both]);
  return { id: 'counts', left: text, cut: 'end' };
}

function states(scene: Scene, { slots, running: { length: underWay } }: DocsView): FrameLine {
  const finished = describeSlotStates(slots, ' · ');
  const all = [...(finished === '' ? [] : [finished]), ...(underWay > 0 ? [`${formatCount(underWay)} running`] : [])];
  return labelled(scene, 'states', 'Libraries', [all.join(' · ') || UNKNOWN]);
}

function running(scene: Scene, docs: DocsView, lines: number): readonly FrameLine[] {
  if (lines === 1) {
    const named = [3, 2, 1].map((count) => describeRunning(docs, count));
    return [labelled(scene, 'running', 'Now', [named[0] || UNKNOWN, ...named.slice(1)])];
  }
  const rows = docs.running.map(
    ({ slot, handled, pages: all }) => `${sanitize(slot)}, ${formatCount(handled)} of ${formatQuantity(all, 'page')}`,
  );
  const [first = UNKNOWN, ...others] = rows;
  return [labelled(scene, 'running', 'Now', [first]), ...reserve(scene, 'running', others, lines - 1)];
}

function pages(scene: Scene, docs: DocsView): FrameLine {
  const { pagesPerSecond } = docsFiguresOf(docs, scene.now);
  const done = describePages(docs.pages, docs.started.mode, ' · ');
  return labelled(scene, 'pages', 'Pages', [`${perSecond(pagesPerSecond)}${done}`, done]);
}

function documents(scene: Scene, docs: DocsView): FrameLine {
  const { documentsPerSecond } = docsFiguresOf(docs, scene.now);
  const { embedded, kept } = docs.documents;
  const done = `${formatCount(embedded)} embedded · ${formatCount(kept)} kept`;
  return labelled(scene, 'documents', 'Documents', [`${perSecond(documentsPerSecond)}${done}`, done]);
}

function hosts(scene: Scene, docs: DocsView, lines: number): readonly FrameLine[] {
  const waits = docs.hosts.map((wait) => describeHostWait(wait, scene.now));
  const [first = 'for no host', ...others] = waits;
  const more = others.length > 0 && lines === 1 ? ` and ${formatCount(others.length)} more` : '';
  const head = labelled(scene, 'hosts', 'Waiting', [`${first}${more}`], waits.length > 0 ? 'warning' : 'plain');
  return [head, ...reserve(scene, 'hosts', others, lines - 1)];
}

function failures(scene: Scene, docs: DocsView, lines: number): readonly FrameLine[] {
  const { count, recent } = docs.failures;
  const named = recent.map(({ slot, reason }) => `${sanitize(slot)}: ${sanitize(reason)}`);
  const head = count === 0 ? 'none' : count > lines - 1 ? `${formatCount(count)}, the latest:` : formatCount(count);
  return [
    labelled(scene, 'failures', 'Failed or stale', [head], count > 0 ? 'warning' : 'plain'),
    ...reserve(scene, 'failures', named, lines - 1),
  ];
}

function oneLine({ layout, now, interrupting }: Scene, docs: DocsView): FrameLine {
  const { remainingMs } = docsFiguresOf(docs, now);
  const left = remainingMs === undefined ? '' : `, ${formatEstimate(remainingMs)} left`;
  const failed = docs.failures.count > 0 ? `, ${formatCount(docs.failures.count)} failed` : '';
  const share = formatPercent(docs.handled, docs.started.pages);
  const figures = `${share}${failed}${interrupting ? ', stopping' : ''}${left}`;
  const { mode, slots, pages: all } = docs.started;
  const [done, of, unit] = mode === 'check' ? [docs.handled, all, 'pages'] : [finishedSlots(docs), slots, 'libraries'];
  const whole = `${formatCount(done)} of ${formatCount(of)} ${unit} ${figures}`;
  return { id: 'one-line', left: firstThatFits(layout.width, [whole, figures, share]), cut: 'end' };
}

const HINTS = {
  scrape: {
    working: ['Ctrl-C stops; finished libraries stay, the same command goes on.', 'Ctrl-C stops.'],
    stopping: ['Stopping; finished libraries stay. Ctrl-C again: stop now.', 'Stopping…'],
  },
  check: {
    working: ['Ctrl-C stops.'],
    stopping: ['Stopping. Ctrl-C again: stop now.', 'Stopping…'],
  },
} as const;

function hint({ interrupting, layout, palette }: Scene, { started }: DocsView): FrameLine {
  const wordings = HINTS[started.mode][interrupting ? 'stopping' : 'working'];
  return {
    id: 'hint',
    left: palette(interrupting ? 'warning' : 'faint', firstThatFits(layout.width, wordings)),
    cut: 'end',
  };
}

function perSecond(rate: number | undefined): string {
  return rate === undefined ? '' : `${formatPerSecond(rate)} a second · `;
}
