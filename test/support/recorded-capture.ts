import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { BackfillResult } from '../../src/lib/backfill/inputs.ts';
import type { Gap } from '../../src/lib/progress/events.ts';
import { SOURCE_CEILING } from '../sandbox/history/records.ts';
import type { Query } from './captured-content.ts';
import { PROJECT_ROOT } from './cli.ts';
import { startCliRig } from './cli-rig.ts';
import { differencesFromTruth } from './compare-with-truth.ts';

/** 7,236 real pull requests, one of them with 5,235 files. Beside the project, not a part of it. */
export const RECORDED_WORKERS_SDK = join(PROJECT_ROOT, '..', 'shared', 'data', 'pull-requests', 'workers-sdk.jsonl.gz');

/** A line of a recorded history, as far as it is compared. */
interface Recorded {
  readonly number: number;
  readonly title: string;
  readonly mergeCommit: string;
  readonly files: readonly { readonly path: string; readonly additions: number; readonly deletions: number }[];
  readonly commits: readonly { readonly sha: string; readonly headline: string }[];
}

export interface RecordedCapture {
  readonly exitCode: number | undefined;
  readonly stderr: string;
  /** As the command listed them. */
  readonly gaps: readonly Gap[];
  /** Number and kind of what the file has more of than GitHub serves, in the order of gaps. */
  readonly truncated: readonly (readonly [number: number, kind: 'files' | 'commits'])[];
  /** Rows that are not as the file or the simulated GitHub has them, in words. */
  readonly differences: readonly string[];
  readonly pullRequests: number;
  /** Rows that were compared with the file. */
  readonly rows: number;
}

/** Captures a recorded history with the built command line into a real PostgreSQL and compares it with the file row by row. */
export async function captureRecorded(seedFile: string, timeout = 240_000): Promise<RecordedCapture> {
  const recorded = readRecorded(seedFile);
  const rig = await startCliRig({
    repositories: [{ owner: 'acme', name: basename(seedFile).split('.')[0] ?? 'recorded', seedFile }],
  });
  try {
    const [repository] = rig.sandbox.repositories.all();
    if (!repository) throw new Error('the sandbox has no repository');
    const { exitCode, stdout, stderr } = await rig.run(['backfill', repository.nameWithOwner, '--json'], { timeout });
    const { gaps } = JSON.parse(stdout) as BackfillResult;
    const expected = new Set(recorded.flatMap(linesOf));
    const stored = await storedLines(rig.query);
    return {
      exitCode,
      stderr,
      gaps,
      truncated: recorded.flatMap(truncatedKinds),
      differences: [
        ...[...expected].filter((line) => !stored.has(line)).map((line) => `in the file, not stored: ${line}`),
        ...[...stored].filter((line) => !expected.has(line)).map((line) => `stored, not in the file: ${line}`),
        ...(await differencesFromTruth(rig.query, repository)).map(
          ({ problem, table, row }) => `${problem}: ${table} ${row}`,
        ),
      ],
      pullRequests: recorded.length,
      rows: stored.size,
    };
  } finally {
    await rig.close();
  }
}

function readRecorded(seedFile: string): readonly Recorded[] {
  const bytes = readFileSync(seedFile);
  const text = (seedFile.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const [, ...lines] = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Recorded).sort((one, other) => one.number - other.number);
}

/** What GitHub would serve of one recorded pull request, a line for each row. */
function linesOf({ number, title, mergeCommit, files, commits }: Recorded): readonly string[] {
  return [
    JSON.stringify([number, title, mergeCommit]),
    ...files
      .slice(0, SOURCE_CEILING.files)
      .map((file) => JSON.stringify([number, file.path, file.additions, file.deletions])),
    ...commits
      .slice(0, SOURCE_CEILING.commits)
      .map((commit, index) => JSON.stringify([number, index + 1, commit.sha, commit.headline])),
  ];
}

async function storedLines(query: Query): Promise<ReadonlySet<string>> {
  const statements = [
    'select number, title, merge_commit_sha from pull_requests',
    `select p.number, f.path, f.additions, f.deletions from pull_request_files f join pull_requests p on p.github_id = f.pull_request_id`,
    `select p.number, l.position, c.sha, c.message from pull_request_commits l join commits c using (repository_id, sha)
      join pull_requests p on p.github_id = l.pull_request_id`,
  ];
  const lines = new Set<string>();
  for (const statement of statements) {
    for (const row of await query(statement)) lines.add(JSON.stringify(Object.values(row)));
  }
  return lines;
}

function truncatedKinds({ number, files, commits }: Recorded): readonly (readonly [number, 'files' | 'commits'])[] {
  return [
    ...(commits.length > SOURCE_CEILING.commits ? [[number, 'commits'] as const] : []),
    ...(files.length > SOURCE_CEILING.files ? [[number, 'files'] as const] : []),
  ];
}
