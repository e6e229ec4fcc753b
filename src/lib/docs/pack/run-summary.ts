import { join } from 'node:path';
import { readIfPresent } from '../../read-if-present.ts';
import type { Slot } from '../slot.ts';

export type RunStatus = 'scraped' | 'cached' | 'failed';

/** How one library came out of a run. */
export interface RunRow {
  readonly lib_id: string;
  readonly version: string;
  readonly status: RunStatus;
}

/**
 * How the slots of a run came out, by the `.run_status` in the folders of their artifacts. A slot without one failed: its
 * job handed nothing over.
 */
export async function readRunStatuses(artifacts: string, slots: readonly Slot[]): Promise<readonly RunRow[]> {
  return await Promise.all(
    slots.map(async ({ libId, version, slug }) => {
      const said = (await readIfPresent(join(artifacts, slug, '.run_status'))) ?? '';
      return { lib_id: libId, version, status: statusOf(said.trim()) };
    }),
  );
}

/** The summary of a run in Markdown, in the shape of deadzone's workflow (doc-pack format, section 7). */
export function summaryMarkdown(tag: string, rows: readonly RunRow[]): string {
  const release = tag === '' ? '_(none — consolidated cache only)_' : `\`${tag}\``;
  const count = (status: RunStatus) => rows.filter((row) => row.status === status).length;
  return [
    '## scrape-pack summary',
    '',
    `Release tag: ${release}`,
    '',
    ...libraryTable(rows),
    '',
    `**Totals:** ${count('scraped')} scraped, ${count('cached')} cached, ${count('failed')} failed`,
    '',
  ].join('\n');
}

/** A table of libraries and what is known of each. A library without versions has a hyphen in the place of one. */
export function libraryTable(
  rows: readonly { readonly lib_id: string; readonly version: string; readonly status: string }[],
): readonly string[] {
  return [
    '| lib | version | status |',
    '|---|---|---|',
    ...rows.map(({ lib_id, version, status }) => `| \`${lib_id}\` | \`${version || '-'}\` | ${status} |`),
  ];
}

function statusOf(said: string): RunStatus {
  return said === 'scraped' || said === 'cached' ? said : 'failed';
}
