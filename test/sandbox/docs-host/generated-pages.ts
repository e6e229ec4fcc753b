import { prose, title } from '../history/prose.ts';
import { mixSeed, Random } from '../history/random.ts';

export interface GeneratedPages {
  readonly libraries: number;
  readonly pagesPerLibrary: number;
}

const SMALLEST_BYTES = 2_000;
const LARGEST_BYTES = 60_000;

/** Where page `page` (from 1) of library `library` (from 1) is, in the layout of raw.githubusercontent.com. */
export function generatedPath(library: number, page: number): string {
  return `/acme/library-${library}/v1.0.0/docs/page-${page}.md`;
}

/**
 * Markdown like that of documentation, the same each time: 2 to 60 KB, small pages more frequent (evenly spread over the
 * logarithm of the size, 18 KB on average), a section for about every 2 KB, one in four with a code block.
 */
export function generatedPages({ libraries, pagesPerLibrary }: GeneratedPages): Record<string, string> {
  const pages: Record<string, string> = {};
  for (let library = 1; library <= libraries; library += 1)
    for (let page = 1; page <= pagesPerLibrary; page += 1)
      pages[generatedPath(library, page)] = markdownPage(new Random(mixSeed(library, page)));
  return pages;
}

function markdownPage(random: Random): string {
  const bytes = SMALLEST_BYTES * (LARGEST_BYTES / SMALLEST_BYTES) ** random.fraction();
  let text = `# ${title(random)}\n\n${prose(random, 8)}\n`;
  while (Buffer.byteLength(text) < bytes) text += markdownSection(random);
  return text;
}

function markdownSection(random: Random): string {
  const paragraphs = Array.from({ length: 4 }, () => prose(random, 14)).join('\n\n');
  const code = random.chance(0.25)
    ? `\n\n\`\`\`ts\n## not a heading\nconst page = ${random.below(1_000)};\n\`\`\``
    : '';
  return `\n## ${title(random)}\n\n${paragraphs}${code}\n\n### ${title(random)}\n\n- ${prose(random, 4)}\n`;
}

/** The registry of those pages on a host (`http://127.0.0.1:PORT`), as YAML. */
export function generatedRegistry(url: string, { libraries, pagesPerLibrary }: GeneratedPages): string {
  const count = (length: number) => Array.from({ length }, (_, index) => index + 1);
  const entry = (library: number) => [
    `  - lib_id: /acme/library-${library}`,
    '    kind: github-md',
    '    urls:',
    ...count(pagesPerLibrary).map((page) => `      - ${url}${generatedPath(library, page)}`),
  ];
  return `${['libraries:', ...count(libraries).flatMap(entry)].join('\n')}\n`;
}
