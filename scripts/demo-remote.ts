import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../test/sandbox/sandbox.ts';
import { differencesFromTruth } from '../test/support/compare-with-truth.ts';
import { type HostedPostgres, startHostedPostgres } from '../test/support/hosted-postgres.ts';
import { onStage } from './demo/stage.ts';

/**
 * A pipeline on GitHub Actions without an account: a simulated GitHub executes the shipped workflow, four runners share
 * a hosted PostgreSQL, and the real command line dispatches, watches and ends with the verdict; then once more with a
 * runner that fails. Checks verdicts and rows itself: ends with 0 when all is as told, 1 when something differs, 130
 * when it is interrupted, and leaves nothing behind. The first argument is the number of pull requests.
 */
const OPS = 'acme/ops';
const BIG = 'acme/big';
const PULL_REQUESTS = Number(process.argv[2] ?? 400);
const COMMAND = ['backfill', BIG, '--remote', '--workers', '4'] as const;
const BROKEN = 'Worker 2';

const TOKENS = { operator: 'ghp_demoOperator', workers: 'ghp_demoWorkers' };
const WORKFLOWS = join(import.meta.dirname, '..', '.github', 'workflows');

interface House {
  readonly sandbox: Sandbox;
  readonly hosted: HostedPostgres;
}

/** What is to be true after a run. */
interface Promised {
  readonly exitCode: number;
  readonly job: { readonly status: string; readonly conclusion: string };
  readonly failedJobs: readonly string[];
}

/** Differences between what was promised and what came of it, in words; none when all is as told. */
async function differences({ sandbox, hosted }: House, exitCode: number, promised: Promised): Promise<string[]> {
  const [backfill] = await hosted.sql`select status from progressive_backfill_state`;
  const [job] = await hosted.sql`select status, conclusion, run_id from progressive_capture_jobs`;
  const jobs = job ? sandbox.actions.stateOf(Number(job['run_id'])).jobs : [];
  const failed = jobs.filter(({ conclusion }) => conclusion === 'failure').map(({ name }) => name);
  const rows = await differencesFromTruth((statement) => hosted.sql.unsafe(statement), sandbox.repository(BIG));
  const compared = [
    ['the exit code', exitCode, promised.exitCode],
    [
      'the run, as the store remembers it,',
      `${job?.['status']}, ${job?.['conclusion']}`,
      Object.values(promised.job).join(', '),
    ],
    ['failed jobs', failed.join(', '), promised.failedJobs.join(', ')],
    ['the backfill', backfill?.['status'], 'completed'],
    ['rows that differ from what GitHub has', rows.length, 0],
  ] as const;
  return compared.flatMap(([what, is, wanted]) => (is === wanted ? [] : [`${what}: ${is}, not ${wanted}`]));
}

await onStage(async ({ folder, say, onEnd, run }) => {
  const hosted = await startHostedPostgres();
  onEnd(hosted.close);
  const sandbox = await startSandbox({
    repositories: [
      { owner: 'acme', name: 'ops', prs: 0 },
      { owner: 'acme', name: 'big', prs: PULL_REQUESTS },
    ],
    latency: 'github',
    latencyFactor: 0.3,
    actions: { graceFactor: 0.04 },
  });
  onEnd(sandbox.close);
  const house = { sandbox, hosted };
  await writeFile(join(folder, '.deadzonerc'), `actions:\n  repository: ${OPS}\n`);
  const secrets = { SUPABASE_URL: hosted.url, SUPABASE_SERVICE_KEY: hosted.serviceKey };
  const host = (offlineJobs: readonly string[]) => {
    const all = { ...secrets, CAPTURE_GITHUB_TOKEN: TOKENS.workers };
    sandbox.actions.hostWorkflows(OPS, WORKFLOWS, { secrets: all, offlineJobs });
  };
  const env = {
    GITHUB_API_URL: sandbox.apiUrl,
    GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
    GITHUB_TOKEN: TOKENS.operator,
    ...secrets,
  };
  /** @returns the exit code of the demo: 0 while all is as told */
  const check = async (exitCode: number, promised: Promised): Promise<number> => {
    if (exitCode === 130) return 130;
    const wrong = await differences(house, exitCode, promised);
    for (const line of wrong) say(`\nNot as told: ${line}`);
    return wrong.length === 0 ? 0 : 1;
  };

  const count = PULL_REQUESTS.toLocaleString('en');
  say(
    `A simulated GitHub at ${sandbox.url} runs the shipped workflows in ${OPS}, and has ${BIG} with ${count} pull requests.`,
  );
  say(`A PostgreSQL behind ${hosted.url} stands for the hosted database that the runners share.`);
  say(
    `Set before: SUPABASE_URL, SUPABASE_SERVICE_KEY and a token here and as secrets of ${OPS}, which .deadzonerc names.`,
  );

  host([]);
  const why = 'Dispatch the workflow, watch its jobs, their logs and the chunks in the store, exit with the verdict';
  const good = await check(await run(why, COMMAND, env), {
    exitCode: 0,
    job: { status: 'completed', conclusion: 'success' },
    failedJobs: [],
  });
  if (good !== 0) return good;
  say(`\nAs told: exit code 0, and every row of ${count} pull requests is in the database as GitHub has it.`);

  await hosted.reset();
  host([BROKEN]);
  const whyAgain = `The same into an empty database, but the runner of ${BROKEN} cannot install the command`;
  const bad = await check(await run(whyAgain, COMMAND, env), {
    exitCode: 1,
    job: { status: 'failed', conclusion: 'failure' },
    failedJobs: [BROKEN],
  });
  if (bad !== 0) return bad;
  say(
    `\nAs told: exit code 1 with the end of the log of ${BROKEN}; the others have captured its share, so no row is missing.`,
  );

  say('\nThat was the demo; what it stored is removed. In a checkout of your own repository the same is:');
  say('$ npx capture-cli workflows install');
  say('$ npx capture-cli backfill OWNER/REPO --remote --workers 4');
  return 0;
});
