import type { DerivationContext, History, PullRequestBasis } from './history.ts';
import { STREAM } from './history.ts';
import type { PullRequestOverride } from './overrides.ts';
import { filePath, prose, title } from './prose.ts';
import { mixSeed, objectId, Random } from './random.ts';
import type { Author, ChangeType, CommitRecord, FileRecord, PullRequestState } from './records.ts';
import { isoSeconds } from './records.ts';

const BEGINS_AT = Date.UTC(2016, 0, 4) / 1000;
const ENDS_AT = Date.UTC(2026, 4, 1) / 1000;
const DAY = 86_400;

/** Mostly small, a long tail, two in a thousand beyond one page of 100. */
function filesTotal(random: Random): number {
  const share = random.fraction();
  if (share < 0.01) return 0;
  if (share < 0.975) return 1 + random.smallBelow(29, 3.5);
  if (share < 0.997) return 31 + random.below(70);
  return 101 + random.below(150);
}

function stateOf(random: Random): PullRequestState {
  const share = random.fraction();
  if (share < 0.72) return 'MERGED';
  return share < 0.93 ? 'CLOSED' : 'OPEN';
}

function changeTypeOf(random: Random): ChangeType {
  const share = random.fraction();
  if (share < 0.7) return 'MODIFIED';
  if (share < 0.9) return 'ADDED';
  return share < 0.97 ? 'DELETED' : 'RENAMED';
}

function overriddenAuthor(context: DerivationContext, random: Random, override: PullRequestOverride): Author {
  switch (override.author) {
    case undefined:
      return context.actors.author(random);
    case 'ghost':
      return null;
    case 'user':
      return context.actors.user(random);
    case 'bot':
      return context.actors.special('Bot');
    case 'mannequin':
      return context.actors.special('Mannequin');
    case 'organization':
      return context.actors.special('Organization');
    case 'enterprise':
      return context.actors.special('EnterpriseUserAccount');
  }
}

class GeneratedBasis implements PullRequestBasis {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: Author;
  readonly state: PullRequestState;
  readonly createdAt: number;
  readonly endedAt: number;
  readonly headRefName: string;
  readonly mergeCommitOid: string | null;
  readonly filesTotal: number;
  readonly commitsTotal: number;
  readonly #context: DerivationContext;

  constructor(context: DerivationContext, number: number, createdAt: number, override: PullRequestOverride) {
    const random = new Random(mixSeed(context.seed, number, STREAM.core));
    this.#context = context;
    this.number = number;
    this.createdAt = createdAt;
    this.endedAt = createdAt + 600 + random.smallBelow(14 * DAY, 2);
    this.filesTotal = override.files ?? filesTotal(random);
    this.commitsTotal = override.commits ?? 1 + random.smallBelow(20, 4);
    this.state = override.state ?? stateOf(random);
    this.title = override.title ?? title(random);
    this.body = override.body ?? (random.chance(0.12) ? '' : prose(random, 8));
    this.author = overriddenAuthor(context, random, override);
    this.headRefName = `topic/${number}-${random.below(1_000)}`;
    this.mergeCommitOid = this.state === 'MERGED' ? objectId(context.seed, number, STREAM.oid, 0x3e63e) : null;
  }

  files(): readonly FileRecord[] {
    const random = new Random(mixSeed(this.#context.seed, this.number, STREAM.files));
    const files: FileRecord[] = [];
    for (let index = 0; index < this.filesTotal; index += 1) {
      const changeType = changeTypeOf(random);
      files.push({
        path: filePath(random, index),
        additions: changeType === 'DELETED' ? 0 : random.smallBelow(200, 3),
        deletions: changeType === 'ADDED' ? 0 : random.smallBelow(120, 3),
        changeType,
        viewerViewedState: 'UNVIEWED',
      });
    }
    return files;
  }

  commitOid(index: number): string {
    return objectId(this.#context.seed, this.number, STREAM.oid, index);
  }

  commits(limit: number): readonly CommitRecord[] {
    const { actors, seed } = this.#context;
    const random = new Random(mixSeed(seed, this.number, STREAM.commits));
    const total = Math.min(limit, this.commitsTotal);
    const commits: CommitRecord[] = [];
    for (let index = 0; index < total; index += 1) {
      const headline = title(random);
      const person = actors.user(random);
      // Git keeps an address that may belong to no account: then GitHub answers `user: null`.
      const user = random.chance(0.85) ? person : null;
      const authored = this.createdAt - DAY + Math.floor((index * DAY) / this.commitsTotal);
      const name = person.name ?? person.login;
      const email = user ? person.email : `${person.login}@example.org`;
      const byGitHub = random.chance(0.2);
      commits.push({
        __typename: 'Commit',
        oid: this.commitOid(index),
        messageHeadline: headline,
        message: random.chance(0.3) ? `${headline}\n\n${prose(random, 3)}` : headline,
        authoredDate: isoSeconds(authored),
        committedDate: isoSeconds(authored + 60),
        author: { name, email, date: isoSeconds(authored), user },
        committer: byGitHub
          ? { name: 'GitHub', email: 'noreply@github.com', date: isoSeconds(authored + 60), user: null }
          : { name, email, date: isoSeconds(authored + 60), user },
      });
    }
    return commits;
  }
}

/** A made-up history: numbers 1 to `count`, ten years long, the same for the same seed. */
export function generatedHistory(
  context: DerivationContext,
  count: number,
  overrides: Readonly<Record<string, PullRequestOverride>>,
): History & { basisAt(number: number, createdAt: number): PullRequestBasis } {
  const interval = (ENDS_AT - 30 * DAY - BEGINS_AT) / Math.max(1, count);
  const createdAt = (number: number): number => {
    const jitter = mixSeed(context.seed, number, STREAM.extra) / 0x1_0000_0000;
    return Math.floor(BEGINS_AT + interval * (number - 1 + jitter));
  };
  const basisAt = (number: number, at: number) => new GeneratedBasis(context, number, at, overrides[number] ?? {});
  return {
    numbers: Array.from({ length: count }, (_, index) => index + 1),
    createdAt,
    basis: (number) => basisAt(number, createdAt(number)),
    basisAt,
    endsAt: ENDS_AT,
  };
}
