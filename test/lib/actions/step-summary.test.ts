import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendStepSummary, cutMarkdown, MAX_SUMMARY_BYTES } from '../../../src/lib/actions/step-summary.ts';
import { verificationSummary } from '../../../src/lib/backfill/verify/verification-summary.ts';
import type { Gap } from '../../../src/lib/progress/events.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../support/temp.ts';

let folder: TemporaryDirectory;

beforeEach(async () => {
  folder = await temporaryDirectory();
});

afterEach(() => folder.remove());

test('the summary of a step is appended to, and never larger than GitHub shows', async () => {
  const file = join(folder.path, 'summary.md');
  await appendStepSummary(file, '# First');
  for (let part = 0; part < 3; part += 1) await appendStepSummary(file, 'é: a line of a long list\n'.repeat(20_000));
  const written = await readFile(file, 'utf8');
  expect(written.startsWith('# First\né: a line')).toBe(true);
  expect(Buffer.byteLength(written)).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
  expect(written.split('Cut here')).toHaveLength(2);
});

test('what is cut is cut at the end of a line, with a note', () => {
  const markdown = Array.from({ length: 50 }, (_, line) => `- ünïcödé ${line}`).join('\n');
  for (const limit of [0, 50, 200, 500]) {
    const cut = cutMarkdown(markdown, limit);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
    const [kept = ''] = cut.split('\n\n_Cut here');
    expect(markdown === kept || kept === '' || markdown.startsWith(`${kept}\n`)).toBe(true);
  }
  expect(cutMarkdown(markdown, 500)).toContain('_Cut here: a summary may have 1 MiB.');
  expect(cutMarkdown('all of it\n', 10)).toBe('all of it\n');
});

test('a verification is told with all its gaps, and foreign text is no markup', () => {
  const gap: Gap = {
    number: 7,
    kind: 'files',
    expected: 9,
    captured: 0,
    reason: 'quarantined',
    detail: '<img src=x> | [a](b)\n# c',
  };
  const kinds = ['commits', 'review_comments'] as const;
  const rows = { pull_requests: 1_200, files: 0, reviews: 0, review_comments: 3, comments: 0, commits: 2 };
  const verdict = { verified: false, total: 1_200, since: null, gaps: [gap], points: 13 };
  const result = {
    repository: 'acme/big_one',
    rows,
    kinds: [...kinds, 'files', 'reviews', 'comments'] as const,
    ...verdict,
  };
  const markdown = verificationSummary(result);
  expect(markdown).toContain('## Backfill of acme/big\\_one: 1 gap\n');
  expect(markdown).toContain('| review comments | 3 |\n');
  expect(markdown).toContain('\\<img src=x\\> \\| \\[a\\](b) \\# c');
  expect(verificationSummary({ ...result, verified: true, gaps: [] })).toMatch(/: verified\n(?!.*### Gaps)/s);
});
