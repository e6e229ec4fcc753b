import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { readArtifact } from '../../src/lib/docs/artifact/read-artifact.ts';
import { Random } from '../sandbox/history/random.ts';
import { type DocsRig, type RigLibrary, startDocsRig } from '../support/docs-rig.ts';

const KILLS = 20;
const LIBRARIES: readonly RigLibrary[] = Array.from({ length: 6 }, (_, library) => ({
  lib_id: `/acme/lib${library}`,
  urls: Array.from({ length: 2 }, (_, page) => `/lib${library}/page${page}.md`),
}));
const ADDRESSES = LIBRARIES.flatMap(({ urls }) => urls);
const SLUGS = LIBRARIES.map((_, library) => `acme_lib${library}`);

/** What a run says before it is killed; how often it must have said it is left to chance. */
const MOMENTS = ['"scrape.started"', '"page.fetched"', '"documents.embedded"', '"slot.finished"'] as const;

let rig: DocsRig | undefined;

afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

test(`after ${KILLS} kills every artifact is whole, and the resumed result equals the uninterrupted one`, async () => {
  const random = new Random(4);
  const started = await startDocsRig(pagesOf(0), ({ path }) => path.length % 3);
  rig = started;
  await started.writeRegistry(LIBRARIES);
  const phases = new Map<string, number>();
  for (let kills = 0, version = 1; kills < KILLS; ) {
    const command = started.start(['scrape', '--jsonl']);
    const moment = MOMENTS[random.below(MOMENTS.length)] ?? MOMENTS[0];
    await command.said(
      new RegExp(
        Array(1 + random.below(4))
          .fill(moment)
          .join('[\\s\\S]*'),
      ),
    );
    await delay(random.below(8));
    command.kill('SIGKILL');
    const { code, signal, stderr } = await command.ended();
    if (signal === 'SIGKILL') {
      kills += 1;
      phases.set(moment, (phases.get(moment) ?? 0) + 1);
    } else if (code !== 0) throw new Error(`a run ended with ${code}: ${stderr}`);
    // The read checks structure, counts, vectors and SQLite's own integrity.
    for (const slug of await artifactsOf(started)) await started.artifact(slug);
    version += 1;
    const page = ADDRESSES[random.below(ADDRESSES.length)] ?? '';
    started.host.put(page, pageText(page, version));
  }
  expect([...phases.keys()].toSorted()).toEqual([...MOMENTS].toSorted());

  await writeFile(join(started.artifacts, 'acme_lib0', 'state.yaml.0123456789ab.tmp'), 'half');
  const resumed = await started.run(['scrape', '--json']);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  const uninterrupted = await started.run(['scrape', '--artifacts', 'other', '--json']);
  expect(uninterrupted.exitCode, uninterrupted.stderr).toBe(0);
  for (const slug of SLUGS) {
    const [one, other] = await Promise.all([
      started.artifact(slug),
      readArtifact({ folder: join(started.folder, 'other', slug), slot: null }),
    ]);
    expect(withoutTimes(one)).toEqual(withoutTimes(other));
    // Nothing of the runs that were killed is left over.
    expect((await readdir(join(started.artifacts, slug))).toSorted()).toEqual(['artifact.db', 'state.yaml']);
  }
}, 120_000);

test('one scrape at a time works in a folder; Ctrl-C leaves it to the next at once', async () => {
  const started = await startDocsRig(pagesOf(0));
  rig = started;
  await started.writeRegistry(LIBRARIES);
  started.host.setFaults([{ path: '/lib5/*', fault: { type: 'hang' } }]);
  const first = started.start(['scrape', '--jsonl']);
  await first.said(new RegExp(Array(3).fill('"slot.finished"').join('[\\s\\S]*')));
  const second = await started.run(['scrape', '--json']);
  expect(second.exitCode).toBe(1);
  expect(JSON.parse(second.stdout)).toMatchObject({ error: { code: 'artifacts_locked' } });
  first.kill('SIGINT');
  expect(await first.ended()).toMatchObject({ code: 130 });
  started.host.setFaults([]);
  started.host.forget();
  const third = await started.run(['scrape', '--json']);
  expect(third.exitCode, third.stderr).toBe(0);
  const { counts } = JSON.parse(third.stdout);
  expect(counts.scraped).toBeLessThanOrEqual(3);
  expect(counts.scraped + counts.unchanged).toBe(6);
});

function pagesOf(version: number): Readonly<Record<string, string>> {
  return Object.fromEntries(ADDRESSES.map((path) => [path, pageText(path, version)]));
}

function pageText(path: string, version: number): string {
  const sections = Array.from({ length: 4 }, (_, index) => `## Part ${index}\n\nText ${index} of ${path}.\n`);
  return `# ${path}\n\nVersion ${version}.\n\n${sections.join('\n')}`;
}

async function artifactsOf({ artifacts }: DocsRig): Promise<readonly string[]> {
  const folders = await readdir(artifacts, { withFileTypes: true }).catch(() => []);
  const slugs = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const whole = await Promise.all(
    slugs.map(async (slug) => ((await readdir(join(artifacts, slug))).includes('artifact.db') ? [slug] : [])),
  );
  return whole.flat();
}

function withoutTimes({ pages, ...content }: Awaited<ReturnType<typeof readArtifact>>) {
  return { ...content, pages: pages.map(({ fetchedAt: _, ...page }) => page) };
}
