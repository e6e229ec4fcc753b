import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../support/cli.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import type { ActionsHouse } from './actions-house.ts';
import { startActionsHouse, workflow } from './actions-house.ts';
import { rest, send } from './ask.ts';

let suite: ActionsHouse;
let house: ActionsHouse;
beforeAll(async () => {
  suite = await startActionsHouse();
});
afterAll(() => suite.sandbox.close());
beforeEach(() => {
  suite = suite.fresh();
  house = suite;
});
/** Some need a sandbox with settings of its own. */
afterEach(async () => {
  if (house.sandbox !== suite.sandbox) await house.sandbox.close();
});

const job = (...steps: readonly string[]) =>
  `a:\n  runs-on: u\n  steps:\n${steps.map((each) => `    - ${each}\n`).join('')}`;
const USE = {
  restore: (key: string, more = '') =>
    `{ id: c, uses: actions/cache/restore@v5, with: { path: data, key: ${key}${more} } }`,
  save: (key: string) => `{ uses: actions/cache/save@v5, with: { path: data, key: ${key} } }`,
  show: `{ run: 'echo "hit=[\${{ steps.c.outputs.cache-hit }}] matched=[\${{ steps.c.outputs.cache-matched-key }}] $(cat data/f 2>/dev/null || echo none)"' }`,
  write: (text: string) => `{ run: 'mkdir -p data && echo ${text} > data/f' }`,
};

describe('checkout and the tools', () => {
  it('every job starts empty, gets the files of the commit, and hashFiles sees them', async () => {
    const files = { 'src/a.txt': 'A', 'package-lock.json': '{}' };
    const id = await house.execute(
      workflow(
        job(
          `{ run: 'echo "before: $(ls -A | wc -l)"' }`,
          '{ uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1, with: { persist-credentials: false } }',
          '{ uses: actions/setup-node@v7, with: { node-version: 24, cache: npm } }',
          `{ run: 'cat src/a.txt; ls .github/workflows; node --version; npm ci; echo "hash \${{ hashFiles(''src/*.txt'', ''!src/b.txt'') }} [\${{ hashFiles(''none'') }}]"' }`,
          '{ uses: actions/checkout@v7, with: { nonsense: 1, path: other } }',
        ),
      ),
      { files },
    );
    expect(await house.conclusions(id)).toEqual({ a: 'success' });
    const log = await house.log(id, 'a');
    expect(log).toMatch(/before: 0[\s\S]*Aw\.yml/);
    expect(log).toContain(process.version);
    expect(log).toMatch(/hash [0-9a-f]{64} \[\]/);
    expect(log).toContain("##[warning]Unexpected input(s) 'nonsense'");
  });

  it('capture-cli is there, and by npx in its own version only; there is no network to fall back on', async () => {
    const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string };
    const id = await house.execute(
      workflow(
        job(
          `{ run: 'head -c 300 "$(command -v capture-cli)" | grep -o bin/run.js' }`,
          `{ run: 'grep -o "capture-cli@${version}" "$(command -v npx)"' }`,
          `{ continue-on-error: true, run: npx --yes capture-cli@99.0.0 --version }`,
          `{ continue-on-error: true, run: npx cowsay hi }`,
          `{ continue-on-error: true, run: npm publish }`,
        ),
      ),
    );
    const log = await house.log(id, 'a');
    expect(log).toMatch(/Z bin\/run\.js/);
    expect(log).toContain(`Z capture-cli@${version}`);
    expect(log).toContain('No matching version found for capture-cli@99.0.0');
    expect(log).toContain('The sandbox has no package cowsay');
    expect(log).toContain("the sandbox's npm cannot: npm publish");
  });
});

describe('the cache', () => {
  it('misses, is saved, then hits; a key is never written twice', async () => {
    const text = workflow(job(USE.restore('k-1'), USE.show, USE.write('first'), USE.save('k-1')));
    const first = await house.execute(text);
    expect(await house.log(first, 'a')).toContain('hit=[] matched=[] none');
    const second = await house.execute(text.replace('echo first', 'echo second'));
    const log = await house.log(second, 'a');
    expect(log).toContain('hit=[true] matched=[k-1] first');
    expect(log).toContain('##[warning]Failed to save: Unable to reserve cache with key k-1');
    expect(await house.log(await house.execute(text), 'a')).toContain('matched=[k-1] first');
  });

  it('finds by prefix, the newest first, and says that it is not the key itself', async () => {
    for (const key of ['k-1', 'k-2', 'other'])
      await house.execute(workflow(job(USE.write(`from-${key}`), USE.save(key))));
    const id = await house.execute(workflow(job(USE.restore('k-9', ', restore-keys: "zzz\\nk-"'), USE.show)));
    expect(await house.log(id, 'a')).toContain('hit=[false] matched=[k-2] from-k-2');
    const strict = await house.execute(workflow(job(USE.restore('nope', ', fail-on-cache-miss: true'))));
    expect(await house.conclusions(strict)).toEqual({ a: 'failure' });
  });

  it('actions/cache saves after a job that succeeded, and only then', async () => {
    const text = (end: string) =>
      workflow(
        job(
          '{ uses: actions/cache@v5, with: { path: ~/store, key: post } }',
          "{ run: 'ls ~/store || true; mkdir -p ~/store; touch ~/store/x' }",
          `{ run: ${end} }`,
        ),
      );
    const { caches } = house.sandbox.actions.of(house.sandbox.repository(house.repository));
    await house.execute(text('exit 1'));
    expect(caches.list(Date.now())).toEqual([]);
    await house.execute(text("'true'"));
    expect(caches.list(Date.now())).toMatchObject([{ key: 'post', ref: 'refs/heads/main' }]);
    const id = await house.execute(text("'true'"));
    expect(await house.log(id, 'a')).toMatch(
      /Z x\n[\s\S]*Cache hit occurred on the primary key post, not saving cache\./,
    );
    expect((await house.jobs(id))[0]?.steps?.map(({ name }) => name)).toContain('Post Run actions/cache@v5');
  });

  it('is listed and deleted over the API; too much or too old is evicted', async () => {
    const clock = createManualClock();
    house = await startActionsHouse({ clock, actions: { cacheLimitBytes: 2_500 } });
    const save = (key: string) =>
      house.execute(workflow(job(`{ run: 'mkdir data; head -c 1000 /dev/zero > data/f' }`, USE.save(key))));
    const keys = async (query = '') =>
      (
        await rest<{ actions_caches: { key: string }[] }>(house.sandbox, `${house.actions}/caches${query}`)
      ).data.actions_caches.map(({ key }) => key);
    await save('a-1');
    await clock.advance(1_000);
    await save('a-2');
    await clock.advance(1_000);
    await house.execute(workflow(job(USE.restore('a-1'))));
    await save('b-3');
    expect(await keys()).toEqual(['b-3', 'a-1']);
    expect(await keys('?key=a-')).toEqual(['a-1']);
    expect((await send(house.sandbox, 'DELETE', `${house.actions}/caches?key=b-3`)).status).toBe(200);
    expect((await send(house.sandbox, 'DELETE', `${house.actions}/caches?key=b-3`)).status).toBe(404);
    await clock.advance(8 * 86_400_000);
    expect(await keys()).toEqual([]);
  });
});

describe("an App's token", () => {
  it('is made for the repositories and permissions that are asked for, and masked', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const ask = (path: string) =>
      `curl -s -o /dev/null -w "%{http_code}\\n" -H "authorization: token $T" "$GITHUB_API_URL${path}"`;
    const id = await house.execute(
      workflow(
        job(
          `{ id: t, uses: actions/create-github-app-token@v2, with: { app-id: 7, private-key: '\${{ secrets.KEY }}', repositories: '${house.repository.split('/')[1]}', permission-contents: read } }`,
          `{ env: { T: '\${{ steps.t.outputs.token }}' }, run: '${ask('/repos/$GITHUB_REPOSITORY')}; echo "is $T"' }`,
          '{ continue-on-error: true, uses: actions/create-github-app-token@v2, with: { app-id: 7, private-key: nonsense } }',
        ),
      ),
      { secrets: { KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() } },
    );
    const log = await house.log(id, 'a');
    expect(log).toMatch(/Z 200\n\S+Z is \*\*\*\n/);
    expect(log).not.toContain('PRIVATE KEY');
  });
});

describe('artifacts', () => {
  it('go from job to job, once under each name', async () => {
    const id = await house.execute(
      workflow(`up:
  runs-on: u
  strategy: { fail-fast: false, matrix: { n: [1, 2] } }
  steps:
    - run: mkdir -p out/deep && echo "from \${{ matrix.n }}" > out/deep/f\${{ matrix.n }} && touch out/.hidden
    - { uses: actions/upload-artifact@v6, with: { name: 'part-\${{ matrix.n }}', path: out } }
    - { uses: actions/upload-artifact@v6, with: { name: 'part-\${{ matrix.n }}', path: out }, continue-on-error: true }
    - { uses: actions/upload-artifact@v6, with: { name: empty, path: nowhere, if-no-files-found: ignore } }
down:
  needs: up
  runs-on: u
  steps:
    - { uses: actions/download-artifact@v7, with: { pattern: part-*, merge-multiple: true, path: all } }
    - { uses: actions/download-artifact@v7, with: { name: part-2, path: one } }
    - run: find all one -type f | sort | tr '\\n' ' '
    - { uses: actions/download-artifact@v7, with: { name: nope } }
`),
    );
    expect(await house.conclusions(id)).toEqual({ 'up (1)': 'success', 'up (2)': 'success', down: 'failure' });
    const log = await house.log(id, 'down');
    expect(log).toContain('all/deep/f1 all/deep/f2 one/deep/f2');
    expect(log).toContain('Artifact not found for name: nope');
    expect(await house.log(id, 'up (1)')).toContain('(409) Conflict: an artifact with this name already exists');
    const { data } = await rest<{ artifacts: { name: string }[] }>(house.sandbox, `${house.runs}/${id}/artifacts`);
    expect(data.artifacts.map(({ name }) => name).sort()).toEqual(['part-1', 'part-2']);
  });
});
