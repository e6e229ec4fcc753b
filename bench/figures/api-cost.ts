import { startSandbox } from '../../test/sandbox/sandbox.ts';
import { runCli } from '../../test/support/cli.ts';
import { temporaryDirectory } from '../../test/support/temp.ts';
import { fiveCallsEach } from '../baseline/five-calls.ts';
import { atLeast, atMost, number, type Section, told } from '../figure.ts';

const BASELINE_PULL_REQUESTS = 200;

/**
 * What a backfill is charged, beside a plain script that asks REST five times for each pull request. Small repository; the cost
 * of a large one stands with its speed. Sandbox in this process: nothing here is a matter of speed.
 */
export async function apiCost(pullRequests: number): Promise<Section> {
  const sandbox = await startSandbox({
    repositories: [
      { owner: 'acme', name: 'rocket', prs: pullRequests },
      { owner: 'acme', name: 'plain', prs: BASELINE_PULL_REQUESTS },
    ],
  });
  const temp = await temporaryDirectory();
  try {
    await fiveCallsEach(sandbox.apiUrl, 'acme/plain', 'ghp_bench');
    const baseline = (sandbox.counters().cost.rest / BASELINE_PULL_REQUESTS) * 100;
    sandbox.reset();
    const env = {
      GITHUB_API_URL: sandbox.apiUrl,
      GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
      GITHUB_TOKEN: 'ghp_bench',
      DEADZONE_STORE_DIRECTORY: temp.path,
    };
    const { exitCode, stderr } = await runCli(['backfill', 'acme/rocket'], { env, timeout: 120_000 });
    if (exitCode !== 0) throw new Error(`the backfill failed:\n${stderr}`);
    const { cost, byKind } = sandbox.counters();
    const commented = reviewsWithComments(sandbox.repository('acme/rocket'));
    const main = ((cost.graphql - byKind.reviews.cost) / pullRequests) * 100;
    return {
      title: 'API cost',
      figures: [
        atMost(`points per 100 PRs, ${number(pullRequests)} PRs, enumeration included`, main, 5, ''),
        atMost(
          'review comments: points and REST requests per 100 reviews that have any',
          ((byKind.reviews.cost + cost.rest) / commented) * 100,
          1,
          '',
        ),
        atLeast('baseline: requests per 100 PRs of five REST calls each', baseline, 500, ''),
        told('requests saved', `${number(baseline / ((cost.graphql + cost.rest) / (pullRequests / 100)))}×`),
      ],
      notes: [
        `Charged: enumeration ${byKind.enumerate.cost}, hydration ${byKind.hydrate.cost}, review comments ${byKind.reviews.cost}, repository ${byKind.repository.cost} points; REST ${cost.rest} request (the audit's count of review comments).`,
        `${number(commented)} reviews have comments. Core fields, files, reviews, comments and commits come with hydration.`,
      ],
    };
  } finally {
    await sandbox.close();
    await temp.remove();
  }
}

interface Reviewed {
  readonly numbers: readonly number[];
  pullRequest(
    number: number,
  ): { readonly reviewRecords: readonly { readonly reviewComments: readonly unknown[] }[] } | null;
}

/** How many reviews of a simulated repository have comments on lines. */
export function reviewsWithComments(repository: Reviewed): number {
  let count = 0;
  for (const each of repository.numbers) {
    for (const review of repository.pullRequest(each)?.reviewRecords ?? [])
      if (review.reviewComments.length > 0) count += 1;
  }
  return count;
}
