import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documentText } from '../../src/lib/docs/artifact/embedded-text.ts';
import { parseMarkdown } from '../../src/lib/docs/parse/markdown.ts';
import { PROJECT_ROOT } from '../../test/support/cli.ts';

/** The documents that the READMEs of the installed packages are cut into, in a fixed order: real text of real lengths. */
export async function readmeSections(): Promise<readonly string[]> {
  const packages = join(PROJECT_ROOT, 'node_modules');
  const paths: string[] = [];
  for await (const path of glob(['*/README.md', '@*/*/README.md'], { cwd: packages })) paths.push(path);
  const texts: string[] = [];
  for (const path of paths.toSorted()) {
    const markdown = await readFile(join(packages, path), 'utf8');
    texts.push(...parseMarkdown(markdown, path).map(documentText));
  }
  return texts.filter((text) => text.trim() !== '');
}

/** `count` of the texts, spread evenly. */
export function sampled(texts: readonly string[], count: number): readonly string[] {
  const step = Math.max(1, texts.length / count);
  return texts.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
}
