import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePage } from '../../../../src/lib/docs/parse/decode-page.ts';
import { parseMarkdown } from '../../../../src/lib/docs/parse/markdown.ts';

const pairs = (text: string) => parseMarkdown(text, 'SRC').map(({ title, content }) => [title, content]);

test.each([
  [
    'a byte order mark hides the first heading, and \\r stays inside',
    '\ufeff# T\nhello\n## A\r\nx\r\n### s\ny\n',
    [
      ['SRC', '\ufeff# T\nhello'],
      ['A', 'x\r\n### s\ny'],
    ],
  ],
  [
    'front matter is a preamble, titles may be empty, ##B is text',
    '---\ntitle: x\n---\n## A\nx\n# late\n## \nempty-title\n##B\nz',
    [
      ['SRC', '---\ntitle: x\n---'],
      ['A', 'x\n# late'],
      ['', 'empty-title\n##B\nz'],
    ],
  ],
  ['a heading alone is content', '# T', [['T', '# T']]],
  [
    'the first heading with a text titles the preamble',
    'a\n# \n#  T \n# U\n## S\nb',
    [
      ['T', 'a\n# \n#  T \n# U'],
      ['S', 'b'],
    ],
  ],
  [
    'a section without content is left out',
    '# T\n## A\n \n## B\nb\n',
    [
      ['T', '# T'],
      ['B', 'b'],
    ],
  ],
  ['anchors and closing marks belong to the title', '## A {#a} ##\nx', [['A {#a} ##', 'x']]],
  [
    'headings in fences do not count, tildes and indented marks neither',
    '## A\n  ```\n## B\n~~~\n## C\nc',
    [
      ['A', '```\n## B\n~~~'],
      ['C', 'c'],
    ],
  ],
  [
    'a long fence is closed by a short one inside it',
    '````\n```\n## A\nx\n```\n````',
    [
      ['SRC', '````\n```'],
      ['A', 'x\n```\n````'],
    ],
  ],
  ['a fence that nobody closes takes the rest', '## A\n```\n## B\nb', [['A', '```\n## B\nb']]],
  ['U+0085 is trimmed and U+FEFF is not', '## \u0085A\ufeff\n\u0085x\ufeff\u0085', [['A\ufeff', 'x\ufeff']]],
  ['nothing is no section', ' \n\t\r\n', []],
])('%s', (_, text, expected) => {
  expect(pairs(text)).toEqual(expected);
});

test('a page keeps its byte order mark when it is decoded', () => {
  expect(decodePage(Buffer.from('\ufeff# é'))).toBe('\ufeff# é');
});

const line = fc.oneof(
  fc.constantFrom('# T', '## A', '## ', '##B', '### s', '```', '~~~js', '    ````', '', '\r', '\u0085'),
  fc.string(),
);
const document = fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n'));

const characters = (text: string) => text.replaceAll(/[\s\u0085]/g, '');

test('no text is lost but the headings of sections, and a section that is cut again stays whole', () => {
  fc.assert(
    fc.property(document, (text) => {
      const contents = parseMarkdown(text, 'SRC').map(({ content }) => content);
      let inFence = false;
      const isText = (each: string) => {
        if (/^(```|~~~)/.test(each.replace(/^[\s\u0085]+/, ''))) inFence = !inFence;
        return inFence || !each.startsWith('## ');
      };
      expect(characters(contents.join(''))).toBe(characters(text.split('\n').filter(isText).join('')));
      for (const content of contents) {
        expect(parseMarkdown(content, 'SRC').map((section) => section.content)).toEqual([content]);
      }
    }),
    { numRuns: 300 },
  );
});
