import type { Random } from './random.ts';

const TITLES = ['Fix', 'Add', 'Remove', 'Refactor', 'Speed up', 'Document', 'Revert', 'Bump', 'Test', 'Rename'];
const THINGS = [
  'the cursor of nested pages',
  'retry on gateway timeouts',
  'the cache key',
  'dispatch of CUDA kernels',
  'null authors',
  'flaky scheduler test',
  'types of the public API',
  'the build on Windows',
  '日本語のエラーメッセージ',
  'naïve date parsing',
  'dark mode 🌙',
  'memory use of the loader',
];
const SENTENCES = [
  'This changes how pages are fetched.',
  'It fixes the crash that was seen in production.',
  'Looks good to me 👍',
  'Could we have a test for this?',
  'Measured on two cores: twice as fast.',
  'Nit: the name says what, not why.',
  'Das ist so nicht ganz richtig, oder?',
  'これで直るはずです。',
  '```ts\nconst answer = await page.next();\n```',
  'See the discussion above.',
  '- [ ] documentation\n- [x] tests',
  'Done in the last commit.',
  'Why not `Promise.allSettled` here?',
  'Família de emojis: 👩‍👩‍👧‍👦 and a flag 🇺🇳.',
  'The old behaviour is kept behind a flag.',
  'I would rather not depend on that.',
];
const FOLDERS = [
  'src',
  'src/core',
  'src/api',
  'lib',
  'test',
  'docs',
  'tools',
  'packages/loader/src',
  'csrc/aten/native',
  '.github/workflows',
];
const STEMS = [
  'index',
  'cursor',
  'scheduler',
  'loader',
  'cache',
  'parser',
  'client',
  'errors',
  'types',
  'README',
  'größe',
];
const ENDINGS = ['ts', 'py', 'md', 'cpp', 'yml', 'json'];

/** A title of a pull request or a commit. */
export function title(random: Random): string {
  return `${random.pick(TITLES)} ${random.pick(THINGS)}`;
}

/** Prose of at most `sentences` sentences, at least one. */
export function prose(random: Random, sentences: number): string {
  const count = 1 + random.below(sentences);
  let text = random.pick(SENTENCES);
  for (let i = 1; i < count; i += 1) text += ` ${random.pick(SENTENCES)}`;
  return text;
}

/** Prose of exactly `length` UTF-16 code units of plain ASCII: the sentence that the recorded history no longer has. */
export function proseOfLength(length: number): string {
  const filler = 'The original text is not part of the public git history. ';
  return filler.repeat(Math.ceil(length / filler.length)).slice(0, length);
}

/** A path that is unique among the files of one pull request by its index. */
export function filePath(random: Random, index: number): string {
  const stem = random.pick(STEMS);
  return `${random.pick(FOLDERS)}/${index === 0 ? stem : `${stem}-${index}`}.${random.pick(ENDINGS)}`;
}

/** A small unified diff hunk. */
export function diffHunk(random: Random, line: number): string {
  return `@@ -${line},3 +${line},4 @@ export function page() {\n   const size = ${random.below(100)};\n-  return size;\n+  const next = size / 2;\n+  return next;`;
}
