import { z } from 'zod';
import { OperatorError } from '../../../src/lib/errors.ts';
import { ActorPool } from './actors.ts';
import { generatedHistory } from './generated-history.ts';
import type { DerivationContext, History, PullRequestBasis } from './history.ts';
import { DatabaseIds, nodeId } from './identifiers.ts';
import { pullRequestOverrides } from './overrides.ts';
import type { PullRequestEdit } from './pull-request.ts';
import { PullRequest, updatedAtOf } from './pull-request.ts';
import { hashText } from './random.ts';
import { readRecordedFile, recordedHistory } from './recorded-history.ts';
import type { PullRequestState } from './records.ts';
import { isoSeconds } from './records.ts';

export const repositoryOptions = z.strictObject({
  owner: z.string().min(1),
  name: z.string().min(1),
  /** The same seed gives the same repository. */
  seed: z.int().default(1),
  /** How many pull requests are generated. */
  prs: z.int().min(0).default(100),
  /** By pull request number. */
  overrides: pullRequestOverrides.default({}),
  /** A recorded history instead of a generated one: `.jsonl` or `.jsonl.gz`. */
  seedFile: z.string().optional(),
  isPrivate: z.boolean().default(false),
  isArchived: z.boolean().default(false),
  isFork: z.boolean().default(false),
});
export type RepositoryOptions = z.input<typeof repositoryOptions>;

export type PullRequestOrder = 'CREATED_AT' | 'UPDATED_AT';

/** Pull request numbers in ascending order of (key, number); the key is in epoch seconds. */
export interface OrderedNumbers {
  readonly numbers: readonly number[];
  keyAt(index: number): number;
}

const DAY = 86_400;

/** One repository of the sandbox. Its pull requests are derived when asked for; only what changed is kept. */
export class SandboxRepository {
  readonly __typename = 'Repository';
  readonly databaseId: number;
  readonly id: string;
  readonly isPrivate: boolean;
  readonly isArchived: boolean;
  readonly isFork: boolean;
  readonly createdAt: string;
  /** Where the history comes from, in words. */
  readonly source: string;
  owner: string;
  name: string;

  readonly #context: DerivationContext;
  readonly #history: History;
  readonly #overrides: z.infer<typeof pullRequestOverrides>;
  readonly #numbers: number[];
  readonly #present: Set<number>;
  readonly #appended = new Map<number, PullRequestBasis>();
  readonly #edits = new Map<number, PullRequestEdit>();
  readonly #orders = new Map<string, OrderedNumbers>();
  #largest: number;
  /** Epoch seconds: the repository's own time, which only changes move, so that two runs serve the same dates. */
  #now: number;

  /** @param band see `DatabaseIds`. @throws OperatorError for a seed file that cannot be used. */
  constructor(options: RepositoryOptions, band = 0) {
    const { owner, name, seed, prs, overrides, seedFile, ...flags } = repositoryOptions.parse(options);
    const file = seedFile === undefined ? null : readRecordedFile(seedFile);
    if (file && Object.values(overrides).some((each) => each.files !== undefined || each.commits !== undefined)) {
      throw new OperatorError(`${owner}/${name}: files and commits come from ${seedFile} and cannot be overridden`, {
        code: 'override_conflicts_with_seed_file',
      });
    }
    const count = file ? file.numbers.length : prs;
    const mixed = (hashText(`${owner}/${name}`) ^ Math.imul(seed, 0x9e3779b1)) >>> 0;
    this.databaseId = 1_000_000 + (mixed % 900_000_000);
    this.#context = {
      seed: mixed,
      repositoryId: this.databaseId,
      ids: new DatabaseIds(file ? Math.max(0, ...file.numbers) : prs, band),
      actors: new ActorPool(mixed, count),
    };
    this.#history = file ? recordedHistory(file, this.#context) : generatedHistory(this.#context, prs, overrides);
    this.#overrides = overrides;
    this.#numbers = [...this.#history.numbers];
    this.#present = new Set(this.#numbers);
    this.#largest = this.#numbers.reduce((largest, number) => Math.max(largest, number), 0);
    this.#now = this.#history.endsAt + DAY;
    this.id = nodeId('Repository', this.databaseId);
    this.source = file?.source ?? `generated from seed ${seed}`;
    this.owner = owner;
    this.name = name;
    this.isPrivate = flags.isPrivate;
    this.isArchived = flags.isArchived;
    this.isFork = flags.isFork;
    const first = this.#numbers[0];
    this.createdAt = isoSeconds((first === undefined ? this.#history.endsAt : this.#history.createdAt(first)) - DAY);
  }

  get nameWithOwner(): string {
    return `${this.owner}/${this.name}`;
  }

  get url(): string {
    return `https://github.com/${this.nameWithOwner}`;
  }

  /** ISO time of the last change to the repository. */
  get updatedAt(): string {
    return isoSeconds(this.#now);
  }

  get description(): string {
    return `A sandbox repository 🧪 (${this.source})`;
  }

  /** Pull request numbers, oldest first. */
  get numbers(): readonly number[] {
    return this.#numbers;
  }

  /** The pull request as it is now; null when there is none with this number. */
  pullRequest(number: number): PullRequest | null {
    if (!this.#present.has(number)) return null;
    const override = this.#overrides[number] ?? {};
    return new PullRequest(this.#context, this.url, this.#basis(number), override, this.#edits.get(number));
  }

  /** Numbers in an order, of some states or of all. */
  ordered(order: PullRequestOrder, states: readonly PullRequestState[] | null): OrderedNumbers {
    const wanted = states && states.length > 0 ? [...new Set(states)].sort() : null;
    const cacheKey = `${order} ${wanted?.join() ?? ''}`;
    const known = this.#orders.get(cacheKey);
    if (known) return known;
    const made = this.#order(order, wanted);
    this.#orders.set(cacheKey, made);
    return made;
  }

  /** Opens `count` new pull requests and gives back their numbers. */
  append(count: number): readonly number[] {
    const opened: number[] = [];
    for (let i = 0; i < count; i += 1) {
      this.#largest += 1;
      const number = this.#largest;
      this.#appended.set(number, this.#appendedBasis(number, this.#tick(60)));
      this.#numbers.push(number);
      this.#present.add(number);
      opened.push(number);
    }
    // What happens in a new pull request happens within two weeks: later changes come after that.
    this.#tick(16 * DAY);
    return opened;
  }

  /** Changes a pull request and bumps its `updatedAt`. @throws RangeError when there is none. */
  edit(
    number: number,
    change: {
      readonly title?: string;
      readonly body?: string;
      readonly state?: PullRequestState;
      readonly comment?: string;
    },
  ): void {
    const { comment, ...fields } = change;
    if (!this.#present.has(number)) throw new RangeError(`${this.nameWithOwner} has no pull request ${number}`);
    const before = this.#edits.get(number);
    const updatedAt = this.#tick(60);
    const comments = before?.comments ?? [];
    this.#edits.set(number, {
      ...before,
      ...fields,
      updatedAt,
      comments: comment === undefined ? comments : [...comments, { body: comment, createdAt: updatedAt }],
    });
  }

  /** Removes a pull request, as GitHub's staff does with spam. @throws RangeError when there is none. */
  delete(number: number): void {
    const index = this.#numbers.indexOf(number);
    if (index < 0) throw new RangeError(`${this.nameWithOwner} has no pull request ${number}`);
    this.#numbers.splice(index, 1);
    this.#present.delete(number);
    this.#tick(60);
  }

  /** An account changes its login; its id stays. */
  renameAccount(databaseId: number, login: string): void {
    this.#context.actors.rename(databaseId, login);
    this.#tick(60);
  }

  #tick(seconds: number): number {
    this.#now += seconds;
    this.#orders.clear();
    return this.#now;
  }

  #basis(number: number): PullRequestBasis {
    return this.#appended.get(number) ?? this.#history.basis(number);
  }

  #appendedBasis(number: number, createdAt: number): PullRequestBasis {
    return generatedHistory(this.#context, 0, this.#overrides).basisAt(number, createdAt);
  }

  #createdAt(number: number): number {
    return this.#appended.get(number)?.createdAt ?? this.#history.createdAt(number);
  }

  #order(order: PullRequestOrder, states: readonly PullRequestState[] | null): OrderedNumbers {
    const ofState = (number: number) =>
      states === null || states.includes(this.#edits.get(number)?.state ?? this.#basis(number).state);
    const numbers = states ? this.#numbers.filter(ofState) : this.#numbers;
    if (order === 'CREATED_AT') return { numbers, keyAt: (index) => this.#createdAt(numbers[index] ?? 0) };
    const keys = new Map(
      numbers.map(
        (number) => [number, updatedAtOf(this.#context, this.#basis(number), this.#edits.get(number))] as const,
      ),
    );
    const sorted = [...numbers].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0) || a - b);
    return { numbers: sorted, keyAt: (index) => keys.get(sorted[index] ?? 0) ?? 0 };
  }
}
