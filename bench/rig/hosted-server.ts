import { startHostedPostgres } from '../../test/support/hosted-postgres.ts';

/**
 * A hosted database in a process of its own. Tells its address once, and then answers messages: `changes` with how many
 * rows of the captured tables were inserted, updated or deleted since it started, `reset` when all tables are empty.
 */
const CAPTURED = [
  'contributors',
  'pull_requests',
  'pull_request_files',
  'reviews',
  'comments',
  'commits',
  'pull_request_commits',
];

const hosted = await startHostedPostgres();
process.on('message', async (message) => {
  if (message === 'reset') {
    await hosted.reset();
    process.send?.({});
    return;
  }
  // A connection tells its statistics at the latest a second after its last transaction (PGSTAT_MIN_INTERVAL).
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const [row] = await hosted.sql<{ changes: string }[]>`
    select sum(n_tup_ins + n_tup_upd + n_tup_del)::text as changes from pg_stat_user_tables
    where schemaname = 'public' and relname = any (${CAPTURED})`;
  process.send?.({ changes: Number(row?.changes ?? Number.NaN) });
});
process.once('disconnect', async () => {
  await hosted.close();
  process.exit();
});
process.send?.({ url: hosted.url, serviceKey: hosted.serviceKey });
