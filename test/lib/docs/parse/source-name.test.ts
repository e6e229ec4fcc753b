import { expect, test } from 'vitest';
import { sourceName } from '../../../../src/lib/docs/parse/source-name.ts';

test.each([
  ['https://h/a/b.md', 'github-md', 'b'],
  ['https://h/a/x.mdx', 'github-md', 'x.mdx'],
  ['https://h/a/b.md?x=1', 'github-md', 'b.md?x=1'],
  ['https://h/a/b.md/', 'github-md', 'b'],
  ['https://h/a/b.rst', 'github-rst', 'b'],
  ['https://h/a/b.md', 'github-rst', 'b.md'],
  ['https://h/a/b.min.html', 'scrape-via-agent', 'b.min'],
  ['https://h/a/b', 'scrape-via-agent', 'b'],
] as const)('%s of %s is called %s', (url, kind, name) => {
  expect(sourceName(url, kind)).toBe(name);
});
