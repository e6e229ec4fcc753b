import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../support/cli.ts';

const BUILT = pathToFileURL(join(PROJECT_ROOT, 'dist', 'lib', 'docs', 'embed', 'create-embedder.js')).href;

test('as built, the embedder finds its worker, and one that is not closed keeps no process from ending', async () => {
  const program = `
    const { createEmbedder } = await import(${JSON.stringify(BUILT)});
    const { signal } = new AbortController();
    const embedder = await createEmbedder({ kind: 'use-lite', workers: 2 }, { env: {}, fetch, signal });
    const vectors = await embedder.embedDocuments(['Add a command', 'Boil an egg'], signal);
    console.log(JSON.stringify(vectors.map((vector) => [vector.length, Math.hypot(...vector).toFixed(5)])));
  `;
  const { stdout, stderr } = await execa(process.execPath, ['--input-type=module', '--eval', program], {
    timeout: 30_000,
  });
  expect({ vectors: JSON.parse(stdout), stderr }).toEqual({
    vectors: [
      [512, '1.00000'],
      [512, '1.00000'],
    ],
    stderr: '',
  });
});
