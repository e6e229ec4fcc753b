import { describe, expect, test } from 'vitest';
import { NO_ROWS, type ProgressEvent } from '../../../src/lib/progress/events.ts';
import { openLines } from '../../../src/lib/progress/lines.ts';
import type { ProgressRenderer } from '../../../src/lib/progress/renderer.ts';
import { type CapturedIO, captureIO } from '../../support/captured-io.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { budget, chunk, ending, opening } from '../../support/replay-script.ts';

interface Log {
  readonly clock: ManualClock;
  readonly renderer: ProgressRenderer;
  show(events: readonly ProgressEvent[]): void;
  lines(): string[];
}

function openLog(options: Parameters<typeof captureIO>[0] = {}): Log {
  const clock = createManualClock();
  const captured: CapturedIO = captureIO(options);
  const renderer = openLines({ io: captured.io, clock });
  return {
    clock,
    renderer,
    show: (events) => {
      for (const event of events) void renderer.show(event);
    },
    lines: () => captured.stderr().split('\n').slice(0, -1),
  };
}

const warning = (message: string): ProgressEvent => ({ event: 'notice.raised', level: 'warning', message });

describe('progress as lines', () => {
  test('figures are throttled: a minute of chunks is a dozen lines, a second of them one', async () => {
    const log = openLog();
    log.show(opening());
    for (let index = 1; index <= 240; index += 1) {
      log.show(chunk(index));
      await log.clock.advance(250);
    }
    const progress = log.lines().filter((line) => line.startsWith('progress:'));
    expect(progress.length).toBeGreaterThanOrEqual(11);
    expect(progress.length).toBeLessThanOrEqual(13);
    expect(progress.at(-1)).toMatch(
      /^progress: 5,\d{3} of 20,000 pull requests \(2\d\.\d%\), 6,000 a minute, about 2 min \d0 s left, GraphQL budget 3,8\d\d of 5,000 points \[2026-11-21T14:00:\d\dZ\]$/,
    );
    await log.renderer.close();
  });

  test('a night of work stays readable: at most one line in 30 s once ten minutes have passed', async () => {
    const log = openLog();
    log.show(opening({ total: 1_000_000 }));
    for (let index = 1; index <= 3_600 / 5; index += 1) {
      log.show(chunk(index, { total: 1_000_000 }));
      await log.clock.advance(5_000);
    }
    expect(log.lines().length).toBeLessThan(12 + 36 + 100 + 10);
    await log.renderer.close();
  });

  test('the last figures are written even when the end comes early', async () => {
    const log = openLog();
    log.show([...opening(), ...chunk(1), ...chunk(2)]);
    await log.renderer.close();
    expect(log.lines().at(-1)).toMatch(/^progress: 50 of 20,000/);
  });

  test('silence is broken every 30 s by a line that says what it is doing', async () => {
    const log = openLog();
    log.show([...opening(), ...chunk(1)]);
    await log.clock.advance(10_000);
    const before = log.lines().length;
    await log.clock.advance(61_000);
    const heartbeats = log.lines().slice(before);
    expect(heartbeats).toHaveLength(2);
    expect(heartbeats[1]).toMatch(/^still working: 25 of 20,000 pull requests \(0\.1%\); chunk 1 for 1 min \d s /);
    await log.renderer.close();
  });

  test('a wait says why and until when, at once and again while it lasts', async () => {
    const log = openLog();
    log.show([...opening(), { event: 'wait.started', reason: 'budget_exhausted', until: log.clock.now() + 600_000 }]);
    expect(log.lines().at(-1)).toContain("waiting: GitHub's budget is spent; goes on at");
    await log.clock.advance(31_000);
    expect(log.lines().at(-1)).toMatch(
      /^still working: .*waiting: GitHub's budget is spent, goes on at \d\d:10, in 9 min 30 s/,
    );
    await log.renderer.close();
  });

  test('identical warnings are shown once and counted, different ones are all shown', async () => {
    const log = openLog();
    log.show(Array.from({ length: 300 }, () => warning('slow answer')));
    log.show(Array.from({ length: 300 }, (_, index) => warning(`answer ${index}`)));
    await log.renderer.close();
    const lines = log.lines().map((line) => line.replace(/ \[.*\]$/, ''));
    expect(lines.filter((line) => line.includes('slow answer'))).toEqual([
      'warning: slow answer',
      'warning: slow answer (299 more times)',
    ]);
    expect(lines.filter((line) => /answer \d+$/.test(line))).toHaveLength(300);
  });

  test('the end is a verdict with what is stored, what it cost and every gap with its reason', async () => {
    const log = openLog({ isTTY: true, env: { NO_COLOR: '1' } });
    log.show([
      ending(
        { upTo: 19_998 },
        {
          outcome: 'completed_with_gaps',
          quarantined: 1,
          gaps: [
            { number: 77, kind: 'files', expected: 3_412, captured: 3_000, reason: 'files_truncated_at_source' },
            {
              number: 4210,
              kind: 'pull_requests',
              expected: 1,
              captured: 0,
              reason: 'quarantined',
              detail: 'timed out',
            },
          ],
        },
      ),
    ]);
    await log.renderer.close();
    expect(log.lines()).toEqual([
      'completed with gaps: pytorch/pytorch, 19,998 of 20,000 pull requests (99.9%)',
      'stored: 239,976 files, 119,988 commits',
      'stored: 59,994 reviews, 79,992 review comments, 99,990 comments',
      'took: 29 min 58 s, 852 requests; charged 812 GraphQL points, 40 REST',
      'quarantined: 1 pull request',
      'gaps: 2 (1 files truncated at source, 1 quarantined)',
      'gap: #77 files: 3,000 of 3,412 captured; GitHub serves at most 3,000 files of a pull request',
      'gap: #4210: quarantined: timed out',
    ]);
  });

  test('a run over finished data says that it stored nothing new', async () => {
    const log = openLog();
    log.show([ending({}, { rows: NO_ROWS })]);
    await log.renderer.close();
    expect(log.lines()[1]).toMatch(/^stored: nothing new /);
  });

  test('a paused backfill says when it can go on', async () => {
    const log = openLog();
    log.show([
      ending(
        { upTo: 100 },
        { outcome: 'paused', pauseReason: 'rate_limited', resumeAfter: log.clock.now() + 2_400_000 },
      ),
    ]);
    await log.renderer.close();
    expect(log.lines()[0]).toMatch(
      /^paused: pytorch\/pytorch, 100 of 20,000 pull requests \(0\.5%\): rate limited; can go on at \d\d:40, in 40 min/,
    );
  });

  test('nothing from outside reaches the stream as a command to the terminal', async () => {
    const log = openLog();
    log.show([
      warning('\u001b[2Jcleared\nsecond line\u0007'),
      { event: 'item.quarantined', number: 1, reason: 'a\u009b31mb' },
      { event: 'page.shrunk', reason: '\u001b]0;title\u0007gateway_timeout', from: 2, to: 1 },
      {
        event: 'backfill.started',
        repository: 'a/\u001b[31mb',
        total: 1,
        finished: 0,
        resumed: false,
        store: 'hosted',
        renamedFrom: '\u001bcold',
      },
      ending(
        {},
        {
          outcome: 'failed',
          repository: 'a/\u001b[31mb',
          gaps: [
            {
              number: null,
              kind: 'pull_requests',
              expected: null,
              captured: 1,
              reason: 'missing',
              detail: '\u001b[5mblink',
            },
          ],
        },
      ),
    ]);
    await log.renderer.close();
    expect(log.lines().join('')).not.toMatch(/\p{Cc}/u);
    expect(log.lines()[0]).toContain('warning: cleared second line');
  });

  test('colour is used where the stream takes it, and only on the word that begins the line', async () => {
    const log = openLog({ env: { FORCE_COLOR: '1' } });
    log.show([warning('slow')]);
    await log.renderer.close();
    expect(log.lines()[0]).toMatch(/^\p{Cc}\[33mwarning\p{Cc}\[39m: slow /u);
  });
});

describe('under GitHub Actions', () => {
  const env = { GITHUB_ACTIONS: 'true' };

  test('warnings, quarantines and gaps are annotations, everything else is plain text without a time', async () => {
    const log = openLog({ env });
    log.show([
      ...opening({ total: 25 }),
      warning('100% full: a, b'),
      { event: 'item.quarantined', number: 7, reason: 'gateway_timeout' },
      ...chunk(1, { total: 25 }),
      ending(
        { total: 25 },
        {
          outcome: 'completed_with_gaps',
          gaps: [{ number: 7, kind: 'pull_requests', expected: 1, captured: 0, reason: 'quarantined' }],
        },
      ),
    ]);
    await log.renderer.close();
    expect(log.lines().filter((line) => line.startsWith('::'))).toEqual([
      '::warning title=warning::100%25 full: a, b',
      '::warning title=quarantined::#7: gateway timeout',
      '::warning title=gaps::1 (1 quarantined)',
    ]);
    expect(log.lines()[0]).toBe('started: pytorch/pytorch, 25 pull requests, embedded store');
  });

  test('text from outside can start no workflow command', async () => {
    const log = openLog({ env });
    log.show([
      { event: 'notice.raised', level: 'info', message: '\n::add-mask::secret' },
      { event: 'notice.raised', level: 'info', message: 'see ##[add-path]/tmp/evil' },
      warning('x\n::set-output name=a::b'),
    ]);
    await log.renderer.close();
    expect(log.lines()).toEqual([
      'note: ::add-mask::secret',
      'note: see # #[add-path]/tmp/evil',
      '::warning title=warning::x ::set-output name=a::b',
    ]);
  });

  test('a budget alone is no line', async () => {
    const log = openLog({ env });
    log.show([budget('rest', 10)]);
    await log.renderer.close();
    expect(log.lines()).toEqual([]);
  });
});
