import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { messageOf, OperatorError } from '../../../src/lib/errors.ts';
import type { ActorPool } from './actors.ts';
import type { DerivationContext, History, PullRequestBasis } from './history.ts';
import { STREAM } from './history.ts';
import { proseOfLength } from './prose.ts';
import { objectId } from './random.ts';
import type { ChangeType, CommitRecord, FileRecord } from './records.ts';
import { isoSeconds } from './records.ts';

const header = z.looseObject({ repository: z.string(), pullRequests: z.int(), source: z.string() });

const recordedPullRequest = z.looseObject({
  number: z.int().positive(),
  title: z.string(),
  bodyLength: z.int().min(0),
  author: z.object({ login: z.string(), id: z.int() }).nullable(),
  createdAt: z.iso.datetime({ offset: true }),
  mergedAt: z.iso.datetime({ offset: true }),
  mergeCommit: z.string(),
  headRef: z.string().optional(),
  commits: z.array(z.object({ sha: z.string(), headline: z.string(), authoredAt: z.iso.datetime({ offset: true }) })),
  files: z.array(z.object({ path: z.string(), additions: z.int(), deletions: z.int() })),
});
type RecordedPullRequest = z.infer<typeof recordedPullRequest>;

/** One line of the file, still as bytes: 7,000 parsed pull requests would take ten times the memory. */
interface Line {
  readonly start: number;
  readonly end: number;
  readonly createdAt: number;
}

export interface RecordedFile {
  /** `owner/name` in the file's header. */
  readonly repository: string;
  /** Says where the data comes from, and that reviews and comments are generated. */
  readonly source: string;
  readonly numbers: readonly number[];
  readonly endsAt: number;
  createdAt(number: number): number;
  read(number: number): RecordedPullRequest;
}

/** `+02:00` and the like become UTC, as GitHub serves it. */
function epochSeconds(isoWithOffset: string): number {
  return Math.floor(Date.parse(isoWithOffset) / 1000);
}

function invalid(file: string, line: number, cause: unknown): OperatorError {
  return new OperatorError(`${file}, line ${line}: not a recorded pull request: ${messageOf(cause)}`, {
    code: 'seed_file_invalid',
    cause,
    nextSteps: ['Give a .jsonl or .jsonl.gz file with a header line and one pull request a line.'],
  });
}

/**
 * Reads a recorded history: one JSON a line, gzipped or not, the first line a header.
 * @throws OperatorError `seed_file_invalid`, with the line, or `seed_file_unreadable`.
 */
export function readRecordedFile(file: string): RecordedFile {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
    if (file.endsWith('.gz')) bytes = gunzipSync(bytes);
  } catch (thrown) {
    throw new OperatorError(`The seed file ${file} cannot be read: ${messageOf(thrown)}`, {
      code: 'seed_file_unreadable',
      cause: thrown,
    });
  }
  const lines = new Map<number, Line>();
  let title: z.infer<typeof header> | undefined;
  let endsAt = 0;
  for (let start = 0, lineNumber = 1; start < bytes.length; lineNumber += 1) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end > start) {
      try {
        const parsed: unknown = JSON.parse(bytes.toString('utf8', start, end));
        if (title) {
          const record = recordedPullRequest.parse(parsed);
          const createdAt = epochSeconds(record.createdAt);
          endsAt = Math.max(endsAt, createdAt, epochSeconds(record.mergedAt));
          lines.set(record.number, { start, end, createdAt });
        } else title = header.parse(parsed);
      } catch (thrown) {
        throw invalid(file, lineNumber, thrown);
      }
    }
    start = end + 1;
  }
  if (!title) throw invalid(file, 1, new Error('the file is empty'));
  const lineOf = (number: number): Line => {
    const line = lines.get(number);
    if (!line) throw new RangeError(`pull request ${number} is not in ${file}`);
    return line;
  };
  const createdAt = (number: number) => lineOf(number).createdAt;
  return {
    repository: title.repository,
    source: `${title.source}; reviews and comments are generated, git does not hold them`,
    numbers: [...lines.keys()].sort((a, b) => createdAt(a) - createdAt(b) || a - b),
    endsAt: endsAt + 86_400,
    createdAt,
    read: (number) => {
      const { start, end } = lineOf(number);
      return JSON.parse(bytes.toString('utf8', start, end)) as RecordedPullRequest;
    },
  };
}

/** Git's numbers tell additions from deletions, not the kind of change: an exact answer is not in the file. */
function changeTypeOf(file: { readonly additions: number; readonly deletions: number }): ChangeType {
  if (file.additions + file.deletions === 0) return 'RENAMED';
  return file.deletions === 0 && file.additions > 20 ? 'ADDED' : 'MODIFIED';
}

function commitRecord(record: RecordedPullRequest, index: number, actors: ActorPool): CommitRecord {
  const commit = record.commits[index];
  if (!commit) throw new RangeError(`pull request ${record.number} has no commit ${index}`);
  const user = record.author ? actors.recorded(record.author.login, record.author.id) : null;
  const date = isoSeconds(epochSeconds(commit.authoredAt));
  const person = {
    name: user?.name ?? user?.login ?? 'unknown',
    email: user?.email ?? 'unknown@example.org',
    date,
    user,
  };
  return {
    __typename: 'Commit',
    oid: commit.sha,
    messageHeadline: commit.headline,
    message: commit.headline,
    authoredDate: date,
    committedDate: date,
    author: user && user.__typename !== 'User' ? { ...person, user: null } : person,
    committer: { name: 'GitHub', email: 'noreply@github.com', date, user: null },
  };
}

/** A real history from a file: every recorded pull request is a merged one. */
export function recordedHistory(file: RecordedFile, context: DerivationContext): History {
  const basis = (number: number): PullRequestBasis => {
    const record = file.read(number);
    const createdAt = epochSeconds(record.createdAt);
    return {
      number,
      title: record.title,
      body: proseOfLength(record.bodyLength),
      author: record.author ? context.actors.recorded(record.author.login, record.author.id) : null,
      state: 'MERGED',
      createdAt,
      endedAt: Math.max(createdAt, epochSeconds(record.mergedAt)),
      headRefName: record.headRef ?? `patch-${number}`,
      mergeCommitOid: record.mergeCommit,
      filesTotal: record.files.length,
      commitsTotal: record.commits.length,
      files: (): readonly FileRecord[] =>
        record.files.map((changed) => ({
          ...changed,
          changeType: changeTypeOf(changed),
          viewerViewedState: 'UNVIEWED',
        })),
      commits: (limit) => record.commits.slice(0, limit).map((_, index) => commitRecord(record, index, context.actors)),
      commitOid: (index) => record.commits[index]?.sha ?? objectId(context.seed, number, STREAM.oid, index),
    };
  };
  return { numbers: file.numbers, createdAt: file.createdAt, basis, endsAt: file.endsAt };
}
