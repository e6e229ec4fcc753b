import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const lockShape = z.object({
  packages: z.record(z.string(), z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() })),
});

test('the lock has the optional packages of every platform: without them npm ci refuses it', async () => {
  const text = await readFile(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8');
  const { packages } = lockShape.parse(JSON.parse(text));
  const locked = Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, ''));
  const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  expect(wanted.length).toBeGreaterThan(10);
  expect(wanted.filter((name) => !locked.includes(name))).toEqual([]);
});
