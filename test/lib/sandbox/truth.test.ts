import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  continuationDocument,
  hydrateDocument,
  INNER_CONNECTIONS,
  MORE_REVIEW_COMMENTS_DOCUMENT,
  REVIEW_COMMENTS_DOCUMENT,
} from '../../../src/lib/github/graphql/documents.ts';
import { groundTruth, pullRequestTruth } from '../../sandbox/ground-truth.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { type Connection, drain, enumerate, graphql } from './ask.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({
    repositories: [
      {
        owner: 'acme',
        name: 'big',
        prs: 150,
        overrides: {
          7: {
            files: 3_200,
            commits: 450,
            reviews: 130,
            reviewComments: 230,
            comments: 120,
            author: 'ghost',
            body: 'a\u0000b',
          },
          8: { files: 0, commits: 1, reviews: 0, reviewComments: 0, comments: 0, author: 'enterprise', body: '' },
          9: { files: 100, commits: 250, reviews: 100, reviewComments: 0, comments: 100, author: 'bot' },
          10: { author: 'mannequin' },
          11: { author: 'organization' },
        },
      },
    ],
  });
});
afterAll(() => sandbox.close());

type Row = Readonly<Record<string, unknown>>;
type Hydrated = Row & { readonly id: string } & Readonly<Record<(typeof INNER_CONNECTIONS)[number], Connection<Row>>>;

/** True when every field that was served is the truth's field of that name. */
function expectPartOf(served: unknown, truth: unknown): void {
  expect(truth).toMatchObject(served as object);
}

const FIELDS = { files: 'path', reviews: 'id', comments: 'id', commits: 'commit { oid }' } as const;

describe('what is served is the ground truth, row by row', () => {
  it('pull requests with every page of their children, by the documents of the product', async () => {
    const truths = [...groundTruth(sandbox.repository('acme/big'))];
    const listed = await enumerate(sandbox, 'acme/big');
    expect(listed.map((each) => each.number)).toEqual(truths.map((truth) => truth.pullRequest.number));
    for (let from = 0; from < listed.length; from += 37) {
      const ids = listed.slice(from, from + 37).map((each) => each.id);
      const { data, errors } = await graphql<{ nodes: readonly Hydrated[] }>(
        sandbox,
        hydrateDocument(INNER_CONNECTIONS),
        { ids },
      );
      expect(errors).toBeUndefined();
      for (const [index, node] of data.nodes.entries()) {
        const truth = truths[from + index];
        if (!truth) throw new Error(`no truth for ${node.id}`);
        const { files, reviews, comments, commits, mergeCommit, ...scalars } = node;
        expectPartOf(scalars, { ...truth.pullRequest, __typename: 'PullRequest' });
        expect(mergeCommit ?? null).toEqual(
          truth.pullRequest.mergeCommitOid === null ? null : { oid: truth.pullRequest.mergeCommitOid },
        );
        expectPartOf(files.nodes, truth.files.slice(0, 100));
        expectPartOf(reviews.nodes, truth.reviews.slice(0, 100));
        expectPartOf(comments.nodes, truth.comments.slice(0, 100));
        expectPartOf(
          commits.nodes.map((each) => each['commit']),
          truth.commits.slice(0, 100),
        );
        expect(files.totalCount).toBe(Math.min(3_000, truth.pullRequest.changedFiles));
        expect(commits.totalCount).toBe(truth.pullRequest.commitsTotal);
      }
    }
  });

  it('review comments by review id, also those past the first hundred', async () => {
    const truths = [...groundTruth(sandbox.repository('acme/big'))];
    const reviews = truths
      .flatMap((truth) => truth.reviews)
      .map((each) => each.id)
      .slice(0, 147);
    interface WithComments {
      readonly id: string;
      readonly fullDatabaseId: string;
      readonly comments: Connection<Row>;
    }
    const { data, errors } = await graphql<{ first: readonly WithComments[]; second: readonly WithComments[] }>(
      sandbox,
      REVIEW_COMMENTS_DOCUMENT,
      {
        first: reviews.slice(0, 100),
        second: reviews.slice(100),
      },
    );
    expect(errors).toBeUndefined();
    const all = truths.flatMap((truth) => truth.reviewComments);
    let seen = 0;
    for (const review of [...data.first, ...data.second]) {
      const served = [...review.comments.nodes];
      for (let { pageInfo } = review.comments; pageInfo.hasNextPage; ) {
        const more: { data: { node: WithComments } } = await graphql(sandbox, MORE_REVIEW_COMMENTS_DOCUMENT, {
          id: review.id,
          first: 100,
          after: pageInfo.endCursor,
        });
        served.push(...more.data.node.comments.nodes);
        pageInfo = more.data.node.comments.pageInfo;
      }
      const expected = all.filter((comment) => comment.reviewFullDatabaseId === review.fullDatabaseId);
      expect(served).toHaveLength(expected.length);
      expectPartOf(served, expected);
      seen += served.length;
    }
    expect(seen).toBeGreaterThan(230);
    expect(sandbox.counters().byKind.reviews.cost).toBe(1 + 2);
  });

  it('ends at the ceilings of the source: 3,000 files, 250 commits', async () => {
    const truth = pullRequestTruth(sandbox.repository('acme/big'), 7);
    if (!truth) throw new Error('no pull request 7');
    const { id } = truth.pullRequest;
    expect(truth.pullRequest).toMatchObject({ changedFiles: 3_200, commitsTotal: 450, author: null, body: 'a\u0000b' });
    expect(truth.truncated).toEqual({ files: true, commits: true });
    const files = await drain<{ path: string }>(sandbox, id, 'files', FIELDS.files);
    expect(files).toMatchObject({ totalCount: 3_000, pages: 30 });
    expect(new Set(files.nodes.map((each) => each.path)).size).toBe(3_000);
    expect(files.nodes.map((each) => each.path)).toEqual(truth.files.map((each) => each.path));
    const commits = await drain<{ commit: { oid: string } }>(sandbox, id, 'commits', FIELDS.commits);
    expect(commits).toMatchObject({ totalCount: 450, pages: 3 });
    expect(commits.nodes.map((each) => each.commit.oid)).toEqual(truth.commits.map((each) => each.oid));
    expect((await drain(sandbox, id, 'reviews', FIELDS.reviews)).nodes).toHaveLength(130);
    expect((await drain(sandbox, id, 'comments', FIELDS.comments)).nodes).toHaveLength(120);
    const threads = await drain<{ comments: { totalCount: number } }>(
      sandbox,
      id,
      'reviewThreads',
      'isResolved path comments(first: 1) { totalCount }',
    );
    expect(threads.nodes.reduce((sum, each) => sum + each.comments.totalCount, 0)).toBe(230);
  });

  it('serves the continuation of several connections in one query', async () => {
    const truth = pullRequestTruth(sandbox.repository('acme/big'), 7);
    const id = truth?.pullRequest.id ?? '';
    const first = await graphql<{ nodes: readonly Hydrated[] }>(sandbox, hydrateDocument(INNER_CONNECTIONS), {
      ids: [id],
    });
    const continuations = INNER_CONNECTIONS.map((kind) => ({
      pullRequest: id,
      kind,
      after: first.data.nodes[0]?.[kind].pageInfo.endCursor ?? '',
    }));
    const { document, variables } = continuationDocument(continuations, 100);
    const { data, errors } = await graphql<Record<string, Hydrated>>(sandbox, document, variables);
    expect(errors).toBeUndefined();
    expectPartOf(data['c0']?.files.nodes, truth?.files.slice(100, 200));
    expectPartOf(data['c1']?.reviews.nodes, truth?.reviews.slice(100, 130));
  });
});

describe('the generated history has the traps of the real one', () => {
  it('ids on both sides of 2^31, null as Int past it', async () => {
    const truths = [...groundTruth(sandbox.repository('acme/big'))];
    const past = truths.filter((truth) => Number(truth.pullRequest.fullDatabaseId) >= 2 ** 31);
    expect(past.length).toBeGreaterThan(0);
    expect(past.length).toBeLessThan(truths.length);
    const id = past[0]?.pullRequest.id;
    const { data } = await graphql<{ node: object }>(
      sandbox,
      'query ($id: ID!) { node(id: $id) { ... on PullRequest { databaseId fullDatabaseId } } }',
      { id },
    );
    expect(data.node).toEqual({ databaseId: null, fullDatabaseId: past[0]?.pullRequest.fullDatabaseId });
  });

  it('every kind of author, reviews that say nothing but through their comments, outdated comments, replies', () => {
    const truths = [...groundTruth(sandbox.repositories.create({ owner: 'acme', name: 'traps', prs: 2_000 }))];
    const authors = new Set(
      truths
        .flatMap((truth) => [truth.pullRequest.author, ...truth.comments.map((each) => each.author)])
        .map((each) => each?.__typename ?? 'ghost'),
    );
    expect([...authors].sort()).toEqual(['Bot', 'EnterpriseUserAccount', 'Mannequin', 'Organization', 'User', 'ghost']);
    const reviews = truths.flatMap((truth) => truth.reviews);
    const comments = truths.flatMap((truth) => truth.reviewComments);
    const commented = new Set(comments.map((comment) => comment.reviewFullDatabaseId));
    expect(new Set(reviews.map((review) => review.state)).size).toBe(5);
    expect(
      reviews
        .filter((review) => review.state === 'COMMENTED' && review.body === '')
        .every((review) => commented.has(review.fullDatabaseId)),
    ).toBe(true);
    expect(reviews.filter((review) => review.state === 'PENDING').every((review) => review.submittedAt === null)).toBe(
      true,
    );
    expect(comments.some((comment) => comment.replyTo !== null)).toBe(true);
    expect(
      comments
        .filter((comment) => comment.outdated)
        .every((comment) => comment.position === null && comment.line === null),
    ).toBe(true);
    for (const kind of ['reviews', 'reviewComments', 'comments'] as const) {
      const ids = truths.flatMap((truth) => truth[kind].map((each) => each.fullDatabaseId));
      expect(new Set(ids).size).toBe(ids.length);
    }
    expect(truths.some((truth) => truth.pullRequest.body === '')).toBe(true);
    expect(truths.some((truth) => /\p{Emoji_Presentation}/u.test(truth.pullRequest.body))).toBe(true);
    expect(truths.some((truth) => truth.files.length > 100)).toBe(true);
  });

  it('is the same for the same seed and another for another', () => {
    const made = (name: string, seed: number) => {
      const [first] = groundTruth(sandbox.repositories.create({ owner: 'acme', name, prs: 3, seed }));
      return first?.pullRequest;
    };
    const once = made('seeded', 5);
    sandbox.mutate({ kind: 'remove', repository: 'acme/seeded' });
    const again = made('seeded', 5);
    sandbox.mutate({ kind: 'remove', repository: 'acme/seeded' });
    expect({ ...again, fullDatabaseId: '' }).toEqual({ ...once, fullDatabaseId: '' });
    expect(made('seeded', 6)?.headRefOid).not.toBe(once?.headRefOid);
  });
});
