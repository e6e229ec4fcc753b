import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCountersHost } from '../test/sandbox/counters-host.ts';
import { startSandbox } from '../test/sandbox/sandbox.ts';
import { brokenHistory, NEW_DAY } from '../test/support/broken-history.ts';
import { writeHistory } from '../test/support/cache-history.ts';
import { lately } from '../test/support/installs-rig.ts';
import { onStage } from './demo/stage.ts';

/**
 * The outage of an installs cache without the Internet: a repository whose history has the cache at its peak, wiped by
 * an old program, begun anew from nothing and wiped again; hosts on loopback that tell the counters of today. The real
 * command line finds what is wrong, restores the peak, adds the one day after it and is content. Checks that itself:
 * ends with 0 when all is as told, 1 when something differs, 130 when it is interrupted, and leaves nothing behind.
 */
const CACHE = 'installs-cache.json';
const CLONES = 37_701;
const TOTAL = 8_109;

await onStage(async ({ folder, say, onEnd, run }) => {
  const host = await startCountersHost({
    npm: { acme: lately(20, 30) },
    pypi: { acme: lately(5, 5) },
    crates: { acme: 49 },
  });
  onEnd(host.close);
  const names = ['docs', 'server'] as const;
  const sandbox = await startSandbox({ repositories: names.map((name) => ({ owner: 'acme', name, prs: 0 })) });
  onEnd(sandbox.close);
  for (const name of names) {
    sandbox.traffic.set(sandbox.repository(`acme/${name}`), 'clones', lately(999, NEW_DAY[name]));
  }
  await writeHistory(folder, CACHE, brokenHistory());
  await writeFile(
    join(folder, 'manual.json'),
    JSON.stringify({ ghPackages: { image: 2_672 }, maven: { 'io.acme': 0 } }),
  );
  const installs = { npm: ['acme'], pypi: ['acme'], crates: ['acme'], organization: 'acme', manual: 'manual.json' };
  await writeFile(join(folder, '.deadzonerc'), JSON.stringify({ installs }, null, 2));
  const env = {
    ...host.env,
    GITHUB_API_URL: sandbox.apiUrl,
    GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
    GITHUB_TOKEN: 'ghp_demo',
  };
  say(`A repository in ${folder} with six commits of ${CACHE}: a peak of 36,057 clones, two wipes by an old program,`);
  say('a reseed from nothing that knows 14 days only, and one more wipe. The website shows no clones.');

  const steps = [
    ['What is wrong with it?', ['schema-check', CACHE], 1],
    ['What can be restored, and from where?', ['cache', 'reseed', '--dry-run'], 0],
    ['Restore it, and add the days after it', ['cache', 'reseed', '--yes'], 0],
    ['Is it in order now?', ['schema-check'], 0],
    ['How does every counter stand?', ['cache', 'status'], 0],
    ['Once more: there is nothing left to restore', ['cache', 'reseed', '--yes', '--no-refresh'], 0],
  ] as const;
  for (const [why, args, wanted] of steps) {
    const exitCode = await run(why, args, env);
    if (exitCode === wanted) continue;
    say(`\nNot as told: capture-cli ${args.join(' ')} ended with ${exitCode}, not ${wanted}`);
    return exitCode === 130 ? exitCode : 1;
  }
  const { default: cache } = await import(join(folder, CACHE), { with: { type: 'json' } });
  const compared = [
    ['clones', cache.clones, CLONES],
    ['total', cache.total, TOTAL],
  ] as const;
  const wrong = compared.filter(([, is, wanted]) => is !== wanted);
  for (const [what, is, wanted] of wrong) say(`\nNot as told: ${what}: ${is}, not ${wanted}`);
  if (wrong.length > 0) return 1;
  say('\nAs told: 36,057 clones from the history and 1,644 of yesterday are 37,701; installs are 8,109.');
  say('\nThat was the demo; what it stored is removed. In a repository of your own the same is:');
  say('$ npx capture-cli schema-check || npx capture-cli cache reseed');
  return 0;
});
