import type { TransactionSql } from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostedPostgres, startHostedPostgres } from '../../support/hosted-postgres.ts';

let hosted: HostedPostgres;

beforeAll(async () => {
  hosted = await startHostedPostgres();
});

afterAll(() => hosted?.close());

/** A backfill that is enumerated, with one pull request captured but for the comments of one review. */
async function nearlyDone(): Promise<string> {
  const { sql } = hosted;
  await sql`insert into repositories (github_id, node_id, owner, name, full_name) values (1, 'R', 'acme', 'big', 'acme/big')`;
  await sql`insert into pull_requests (github_id, node_id, repository_id, number, title, state, merged, draft, locked,
    base_branch, head_branch, html_url, created_at, updated_at)
    values (10, 'P', 1, 1, 't', 'open', false, false, false, 'main', 'topic', 'https://x', now(), now())`;
  await sql`insert into reviews (github_id, node_id, pull_request_id, state, body, created_at, updated_at)
    values (100, 'V', 10, 'COMMENTED', '', now(), now())`;
  const [state] = await sql<{ id: string }[]>`insert into progressive_backfill_state
    (repository_id, kinds, chunk_size, total_prs, enumeration_done) values (1, '{reviews}', 25, 1, true) returning id`;
  const id = state?.id ?? '';
  await sql`insert into backfill_reviews (state_id, review_id, node_id, pull_request_id, rank, eligible)
    values (${id}, 100, 'V', 10, 1, true)`;
  return id;
}

async function claim(sql: HostedPostgres['sql'] | TransactionSql, state: string, worker: string) {
  const [row] = await sql<{ answer: { work: string; kind?: string } }[]>`
    select backfill_claim(${state}, ${worker}, 90000, 8, 100, 3, '{}') as answer`;
  return row?.answer;
}

test('nobody audits while another worker takes the last review comments', async () => {
  const state = await nearlyDone();
  const waiting = Promise.withResolvers<Promise<unknown>>();
  await hosted.sql.begin(async (transaction) => {
    expect(await claim(transaction, state, 'first')).toMatchObject({ work: 'chunk', kind: 'review_comments' });
    // Asked before the first has committed what it took: it waits for the lock of the state, and sees that only afterwards.
    const second = claim(hosted.sql, state, 'second');
    waiting.resolve(second);
    await blocked();
  });
  expect(await await waiting.promise).toMatchObject({ work: 'wait' });
});

/** Resolves when a session waits for a lock of another. */
async function blocked(): Promise<void> {
  for (;;) {
    const rows = await hosted.sql`select from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0`;
    if (rows.length > 0) return;
  }
}
