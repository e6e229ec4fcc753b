import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { rawHostLatency } from '../test/sandbox/docs-host/latency.ts';
import { type DocsHost, startDocsHost } from '../test/sandbox/docs-host.ts';
import { startSandbox } from '../test/sandbox/sandbox.ts';
import { type DocumentedPackage, documentedPackages } from './demo/npm-docs.ts';
import { onStage } from './demo/stage.ts';

/**
 * A doc pack without the Internet: a documentation host on loopback serves the Markdown of the npm packages that are
 * installed here, and a simulated GitHub takes the release. The real command line lists, scrapes, consolidates,
 * searches and publishes, then scrapes again, when nothing has changed. Checks that itself: ends with 0 when all is as
 * told, 1 when something differs, 130 when it is interrupted, and leaves nothing behind. The first argument is the
 * number of packages.
 */
const PACKAGES = Number(process.argv[2] ?? 64);
const REPOSITORY = 'acme/doc-pack';
const TAG = 'v1.0.0';
/** They can answer the question. */
const ABOUT_COMMANDS = ['@oclif/core', 'commander'];
const QUESTION = 'how do I register a command';
const NODE_MODULES = join(import.meta.dirname, '..', 'node_modules');

/** A library for each package, its version as the ref of the addresses. */
function registryOf(packages: readonly DocumentedPackage[], host: DocsHost): string {
  const libraries = packages.map(({ name, version, pages }) => ({
    lib_id: `/npm/${name}`,
    kind: 'github-md',
    urls: Object.keys(pages).map((path) => `${host.url}/${name}/{ref}/${path}`),
    versions: { [version.split('.').slice(0, 2).join('.')]: { ref: version } },
  }));
  return stringify({ libraries });
}

function pagesOf(packages: readonly DocumentedPackage[]): Readonly<Record<string, string>> {
  const all = packages.flatMap(({ name, version, pages }) =>
    Object.entries(pages).map(([path, text]) => [`/${name}/${version}/${path}`, text] as const),
  );
  return Object.fromEntries(all);
}

await onStage(async ({ folder, say, onEnd, run }) => {
  const packages = documentedPackages(NODE_MODULES, PACKAGES, ABOUT_COMMANDS);
  const pages = pagesOf(packages);
  const host = await startDocsHost({ pages, latency: rawHostLatency(0.5) });
  onEnd(host.close);
  const sandbox = await startSandbox({ repositories: [{ owner: 'acme', name: 'doc-pack', prs: 0 }] });
  onEnd(sandbox.close);
  await writeFile(join(folder, 'libraries_sources.yaml'), registryOf(packages, host));
  await writeFile(join(folder, '.deadzonerc'), `docs:\n  repository: ${REPOSITORY}\n  contact: demo@example.org\n`);
  const env = {
    GITHUB_API_URL: sandbox.apiUrl,
    GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
    GITHUB_TOKEN: 'ghp_demo',
    DEADZONE_DOCS_ALLOW_PRIVATE_HOSTS: host.host,
  };
  const count = Object.keys(pages).length;
  say(`A documentation host at ${host.url} serves ${count} pages of ${packages.length} npm packages.`);
  say(`Set before: that host may be on loopback, and a token for a simulated GitHub; .deadzonerc names ${REPOSITORY}.`);

  const steps = [
    ['Which libraries there are', ['list']],
    ['Fetch, cut and embed them', ['scrape']],
    ['One database of all artifacts', ['consolidate']],
    ['Does it answer?', ['search', QUESTION, '--limit', '3']],
    ['The same, asked of one library', ['search', QUESTION, '--lib', '/npm/commander', '--limit', '1']],
    ['Publish it', ['dbrelease', '--tag', TAG, '--create']],
  ] as const;
  for (const [why, args] of steps) {
    const exitCode = await run(why, args, env);
    if (exitCode !== 0) return exitCode;
  }
  host.forget();
  const again = await run('Again: every page is asked for, none has changed', ['scrape'], env);
  if (again !== 0) return again;

  const { requests, unchanged } = host.counts();
  const release = sandbox.releases.find(sandbox.repository(REPOSITORY), ({ tag }) => tag === TAG);
  const assets = release?.assets
    .map(({ name }) => name)
    .toSorted()
    .join(', ');
  const compared = [
    ['requests of the second scrape', requests, count],
    ['pages that the host called unchanged', unchanged, count],
    [`assets of ${TAG}`, assets, 'deadzone.db, deadzone.db.sha256'],
  ] as const;
  const wrong = compared.filter(([, is, wanted]) => is !== wanted);
  for (const [what, is, wanted] of wrong) say(`\nNot as told: ${what}: ${is}, not ${wanted}`);
  if (wrong.length > 0) return 1;
  say(`\nAs told: ${count} conditional requests, all answered "not modified"; ${TAG} has ${assets}.`);
  say('\nThat was the demo; what it stored is removed. With a registry of your own the same is:');
  say('$ npx capture-cli scrape && npx capture-cli consolidate && npx capture-cli search "…"');
  return 0;
});
