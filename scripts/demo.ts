import { startSandbox } from '../test/sandbox/sandbox.ts';
import { onStage } from './demo/stage.ts';

/**
 * The product at work without a GitHub account: a simulated GitHub with about 2,000 pull requests (or as many as the
 * first argument says) and a few faults, the real command line, a fresh embedded store in a temporary folder. Ends with
 * the exit code of the first command that failed, 130 when it is interrupted, and leaves nothing behind.
 */
const REPOSITORY = 'acme/rocket';
const PULL_REQUESTS = Number(process.argv[2] ?? 2_000);

const COMMANDS = [
  { why: 'Capture everything', args: ['backfill', REPOSITORY] },
  { why: "Compare GitHub's counts with the rows", args: ['backfill', 'verify', REPOSITORY] },
  { why: 'See how it stands', args: ['backfill', 'status', REPOSITORY] },
] as const;

await onStage(async ({ say, onEnd, run }) => {
  const sandbox = await startSandbox({
    repositories: [{ owner: 'acme', name: 'rocket', prs: PULL_REQUESTS }],
    faults: [
      { match: { kind: 'hydrate', nth: 6 }, fault: '502' },
      { match: { kind: 'hydrate', nth: 20 }, fault: 'resource-limits' },
      { match: { kind: 'enumerate', nth: 9 }, fault: '504' },
      { match: { kind: 'hydrate', nth: 40 }, fault: { type: 'secondary-403', retryAfter: 2 } },
      { match: { kind: 'hydrate', nth: 60 }, fault: 'cut-stream' },
    ],
  });
  onEnd(sandbox.close);
  say(
    `A simulated GitHub serves ${REPOSITORY} with ${PULL_REQUESTS.toLocaleString('en')} pull requests at ${sandbox.url}.`,
  );
  say('It times out, refuses pages and limits requests a few times, as GitHub does.');
  for (const { why, args } of COMMANDS) {
    const exitCode = await run(why, args, {
      GITHUB_API_URL: sandbox.apiUrl,
      GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
      GITHUB_TOKEN: 'ghp_demo',
    });
    if (exitCode !== 0) return exitCode;
  }
  say('\nThat was the demo; what it stored is removed. With a GitHub token the same is:');
  say('$ npx capture-cli backfill OWNER/REPO');
  return 0;
});
