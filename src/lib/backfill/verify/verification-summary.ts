import { formatCount } from '../../progress/format.ts';
import { describeGap } from '../../progress/wording.ts';
import { describeScope } from '../scope.ts';
import type { Verification } from './verify.ts';

/** A verification as Markdown: what is stored, and every gap. Nothing in it that came from GitHub is read as markup. */
export function verificationSummary(result: Verification): string {
  const { repository, gaps, rows, total, points } = result;
  const verdict = result.verified ? 'verified' : `${formatCount(gaps.length)} ${gaps.length === 1 ? 'gap' : 'gaps'}`;
  const scope = describeScope(result);
  return [
    `## Backfill of ${plain(repository)}: ${verdict}`,
    '',
    `Compared ${formatCount(total)} pull requests${scope === null ? '' : ` (${scope})`}, for ${formatCount(points)} points.`,
    '',
    '| stored | rows |',
    '| --- | ---: |',
    `| pull requests | ${formatCount(rows.pull_requests)} |`,
    ...result.kinds.map((kind) => `| ${kind.replaceAll('_', ' ')} | ${formatCount(rows[kind])} |`),
    ...(gaps.length === 0 ? [] : ['', '### Gaps', '']),
    ...gaps.map((gap) => `- ${plain(describeGap(gap))}`),
    '',
  ].join('\n');
}

/** Text that Markdown and its HTML show as it is (CommonMark 2.4: any ASCII punctuation may be escaped). */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>|#@~&]/g, '\\$&');
}
