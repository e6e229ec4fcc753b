import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRst } from '../../../../src/lib/docs/parse/rst.ts';

const pairs = (text: string) => parseRst(text, 'SRC').map(({ title, content }) => [title, content]);

test.each([
  [
    'text before the first heading is titled by the page; levels are flat',
    'intro\n\nA\n===\na\n\nB\n---\nb',
    [
      ['SRC', 'intro'],
      ['A', 'a'],
      ['B', 'b'],
    ],
  ],
  [
    'an underline may be two bytes shorter than its title, counted in bytes',
    'Abcde\n---\na\nAbcdéf\n----\nb\nAbcdef\n----\nc',
    [
      ['Abcde', 'a\nAbcdéf\n----\nb'],
      ['Abcdef', 'c'],
    ],
  ],
  [
    'two characters, a backtick, a dollar or a leading blank underline nothing',
    'A\n--\nA\n```\nA\n$$$\nA\n ---\nA\n-=-',
    [['SRC', 'A\n--\nA\n```\nA\n$$$\nA\n ---\nA\n-=-']],
  ],
  ['blanks after an underline do not count, \\r does', 'A\n--- \t\nx\nB\r\n---\r\ny', [['A', 'x\nB\r\n---\r\ny']]],
  [
    'an overline is junk before its heading',
    '=====\nTitle\n=====\nx',
    [
      ['SRC', '====='],
      ['Title', 'x'],
    ],
  ],
  ['a heading without content is left out, its underline is not a heading', 'A\n===\n\nB\n===\nb', [['B', 'b']]],
  [
    'roles become what they show, in titles too',
    ':mod:`os` --- x\n===============\n:func:`~a.b` :ref:`text <label>` :ref:`<label>` :c:type:`!t` `plain`',
    [['os --- x', '~a.b text <label> !t `plain`']],
  ],
  [
    'labels are left out, other directives and comments stay',
    '.. _label:\n  .. _b c:  \n.. _link: https://x\n.. note:: n\n',
    [['SRC', '.. _link: https://x\n.. note:: n']],
  ],
  [
    'a literal block stays as it is, until a line is indented no more',
    'x::\n\n  A\n  ===\n  :mod:`os`\n\n  .. _l:\n:mod:`os`',
    [['SRC', 'x::\n\n  A\n  ===\n  :mod:`os`\n\n  .. _l:\nos']],
  ],
  [
    'so does a code block below an indented directive',
    '  .. code-block:: py\n\n     :mod:`os`\n  A\n  ===',
    [['SRC', '.. code-block:: py\n\n     :mod:`os`\n  A\n  ===']],
  ],
  [
    'a tab counts as eight columns, and a directive that ends in :: begins no literal block',
    '\tx::\n        :mod:`a`\n         :mod:`b`\n.. note::\n  :mod:`c`',
    [['SRC', 'x::\n        a\n         b\n.. note::\n  c']],
  ],
])('%s', (_, text, expected) => {
  expect(pairs(text)).toEqual(expected);
});

test('no line of text is lost where there is neither heading, role nor label', () => {
  const line = fc.oneof(
    fc.constantFrom('x::', '  y', '\tz', '.. code:: c', '.. note::', ''),
    fc.stringMatching(/^[a-z ]*$/),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('\n');
      expect(
        parseRst(text, 'SRC')
          .map(({ content }) => content)
          .join(''),
      ).toBe(text.trim());
    }),
    { numRuns: 200 },
  );
});
