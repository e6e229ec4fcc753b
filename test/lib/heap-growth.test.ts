import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../support/cli.ts';

/** Keeps three lists of small objects alive and replaces them in turn. */
const CHURN = `
  const { getHeapSpaceStatistics } = await import('node:v8');
  const youngBytes = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
  const before = youngBytes();
  const alive = [];
  for (let round = 0; round < 6; round += 1) {
    alive[round % 3] = Array.from({ length: 50_000 }, (_, index) => ({ round, text: 'text ' + index }));
  }
  console.log(JSON.stringify({ before, after: youngBytes() }));
`;

test('the young generation keeps the size it had, however much survives', async () => {
  const small = await churned(
    `(await import('${join(PROJECT_ROOT, 'src', 'lib', 'heap-growth.ts')}')).keepHeapSmall();`,
  );
  const asV8Likes = await churned('');

  expect(asV8Likes.after).toBeGreaterThan(4 * asV8Likes.before);
  // Only that its other half is now in use.
  expect(small.after).toBeLessThanOrEqual(2 * small.before);
});

async function churned(first: string): Promise<{ readonly before: number; readonly after: number }> {
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', first + CHURN]);
  return JSON.parse(stdout) as { before: number; after: number };
}
