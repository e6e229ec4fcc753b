import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findGoGrammar, GoParser } from '../../../../../src/lib/docs/parse/godoc/go-parser.ts';
import { godocSections } from '../../../../../src/lib/docs/parse/godoc/godoc-sections.ts';
import type { Section } from '../../../../../src/lib/docs/parse/section.ts';

const FIXTURES = 'test/fixtures/godoc';

let parser: GoParser;
beforeAll(async () => {
  parser = await GoParser.load(await findGoGrammar(process.cwd()));
});
afterAll(() => parser.close());

const one = (text: string) => godocSections(parser, [{ name: 'a.go', text }]);

test('a package is documented as Go documents it', () => {
  const folder = join(FIXTURES, 'shelf');
  const sources = readdirSync(folder)
    .filter((name) => !name.endsWith('_test.go'))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  const expected: readonly Section[] = JSON.parse(readFileSync(join(FIXTURES, 'shelf.json'), 'utf8'));
  expect(godocSections(parser, sources)).toEqual(expected);
  expect(godocSections(parser, sources.toReversed())).toEqual(expected);
});

test('a package without exported names and comments has no sections', () => {
  expect(one('package asan\n\nconst Enabled0, enabled = false, true\n').map(({ title }) => title)).toEqual([
    'asan.Enabled0',
  ]);
  expect(one('package asan\n\nconst enabled = false\n')).toEqual([]);
});

test('carriage returns and a byte order mark are not part of the source', () => {
  expect(one('\ufeff// Doc.\r\n//\r\n// More.\r\npackage p\r\n\r\nvar X = `a\r\nb`\r\n')).toEqual([
    { title: 'p package', content: 'Doc.\n\nMore.' },
    { title: 'p.X', content: 'var X = `a\nb`' },
  ]);
});

test('methods of embedded types are those of the struct, the less deep first, and of two equals neither', () => {
  const [outer] = one(`package p
type Outer struct { *middle; other }
type middle struct { inner; Seen }
type inner struct{}
type other struct{}
type Seen struct{}
func (m *middle) A() {}
func (o other) A() {}
func (i *inner) B() {}
func (i inner) C() {}
func (o *other) C() {}
func (o *other) D() {}
func (Seen) E() {}
`).filter(({ title }) => title === 'p.Outer');
  expect(outer?.content.split('\n').filter((line) => line.startsWith('func'))).toEqual([
    'func (i Outer) B()',
    'func (o *Outer) C()',
    'func (o *Outer) D()',
  ]);
});

test('new statements of Go do not matter in bodies, and new operands of new are printed as they are', () => {
  const text = `package p

// Limit says new(3) and "new(4)".
var Limit, Text = new(3), new("new(x)")

var Old = []any{new([]int), new(*T), new(chan int), new(T), new(f(1) + 2)}

func F() {
	yet unknown := statement {
	}
}

// G is there.
func G() {}
`;
  expect(one(text).map(({ content }) => content)).toEqual([
    'func F()',
    'G is there.\n\nfunc G()',
    'Limit says new(3) and "new(4)".\n\nvar Limit, Text = new(3), new("new(x)")',
    'var Old = []any{new([]int), new(*T), new(chan int), new(T), new(f(1) + 2)}',
  ]);
  expect(() => one('package p\n\nfunc F() {\n\tif x {\n}\n\nfunc G() {}\n')).toThrow(/a\.go:\d+: this is not Go/);
});

test('what is not Go fails the package, with the place', () => {
  expect(() =>
    godocSections(parser, [
      { name: 'b.go', text: 'package p\n\nfunc F( {}\n' },
      { name: 'a.go', text: 'package p\n' },
    ]),
  ).toThrow(expect.objectContaining({ reason: 'go_syntax', message: expect.stringContaining('b.go:3') }));
});
