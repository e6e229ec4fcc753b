import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type DocsRig, startDocsRig } from '../support/docs-rig.ts';

let rig: DocsRig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

test('what was scraped is consolidated and found, by the embedder that the database says', async () => {
  rig = await startDocsRig({
    '/one.md': '# One\nintro\n## Retry\nWait \u001b[31mlonger\u001b[0m each time.\n## Limits\nTen a second.\n',
    '/two.md': '# Two\nintro\n## Retry\nNever.\n',
  });
  await rig.writeRegistry([
    { lib_id: '/acme/one', urls: ['/one.md'] },
    { lib_id: '/acme/two', urls: ['/two.md'] },
  ]);
  expect((await rig.run(['scrape'])).exitCode).toBe(0);
  const made = await rig.run(['consolidate']);
  expect(made).toMatchObject({ exitCode: 0, stdout: 'deadzone.db: 2 libraries, 5 documents\n' });

  // The server makes the vector of a text from all of it: the same text is what is nearest.
  const configured = { DEADZONE_DOCS_EMBEDDER: 'use-lite', DEADZONE_DOCS_OPENAI_MODEL: 'another-model' };
  const found = await rig.run(['search', 'Limits\nTen a second.', '--json', '--limit', '2'], configured);
  expect(found.exitCode, found.stderr).toBe(0);
  const { hits, documents } = JSON.parse(found.stdout);
  expect(documents).toBe(5);
  expect(hits).toHaveLength(2);
  expect(hits[0]).toMatchObject({ libId: '/acme/one', title: 'Limits', text: 'Ten a second.', isCut: false });
  expect(hits[0].score).toBeCloseTo(1, 5);

  const read = await rig.run(['search', 'Retry', '--lib', '/acme/one']);
  expect(read.exitCode, read.stderr).toBe(0);
  expect(read.stdout).toMatch(/^-?\d\.\d\d {2}\/acme\/one {2}\w+\n {3}\S/);
  expect(read.stdout).toContain('   Wait longer each time.');
  expect(read.stdout).not.toContain('/acme/two');

  expect(await rig.run(['search', ' '])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is empty') });
  const here = ['--artifacts', '.', '--db', 'other.db'];
  expect(
    (await rig.run(['consolidate', ...here, '--registry', '../libraries_sources.yaml'], {}, 'artifacts')).exitCode,
  ).toBe(0);

  const unknown = await rig.run(['search', 'Retry', '--lib', '/acme/onne']);
  expect(unknown.exitCode).toBe(1);
  expect(unknown.stderr).toContain('deadzone.db has no library /acme/onne');
  expect(unknown.stderr).toContain('did you mean --lib /acme/one?');

  await truncate(join(rig.artifacts, 'acme_two', 'artifact.db'), 0);
  const partial = await rig.run(['consolidate', '--artifacts', 'artifacts']);
  expect(partial.exitCode).toBe(68);
  expect(partial.stderr).toContain('refused: /acme/two: artifacts/acme_two/artifact.db is empty (0 bytes)');
  expect(partial.stdout).toContain('kept from the database so far: /acme/two\n');
  expect(partial.stdout).toContain('Next: capture-cli scrape /acme/two --artifacts artifacts\n');

  await writeFile(
    join(rig.folder, 'artifacts', 'manifest.yaml'),
    `release:\n    tag: v1.0.0\n    asset: deadzone.db\n    sha256: ${'a'.repeat(64)}\n    size: 4096
    indexed_at: 2026-05-07T19:45:01Z\n    embedder:\n        kind: openai\n        model: m\n        dim: 8
    lib_count: 2\n    doc_count: 50\n`,
  );
  await rig.writeRegistry([{ lib_id: '/acme/one', urls: ['/one.md'] }]);
  const shrunk = await rig.run(['consolidate', '--max-shrink', '50', '--json']);
  expect(shrunk.exitCode).toBe(1);
  expect(JSON.parse(shrunk.stdout).error).toMatchObject({
    code: 'database_would_shrink',
    message: expect.stringContaining(
      'from 50 to 3 documents, by 94 %, against the release v1.0.0; at most 50 % may go',
    ),
  });
});
