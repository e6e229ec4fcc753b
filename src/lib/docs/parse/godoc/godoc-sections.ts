import type { Section } from '../section.ts';
import { trimSpace } from '../white-space.ts';
import type { ValueDeclaration } from './declarations.ts';
import type { FunctionDoc } from './function-set.ts';
import type { GoParser } from './go-parser.ts';
import { type PackageDoc, packageDoc, type TypeDoc } from './package-doc.ts';
import { readDeclarations } from './read-declarations.ts';
import { isExported } from './type-name.ts';

/** A Go file of a folder. */
export interface GoSourceText {
  /** Without its folder. */
  readonly name: string;
  readonly text: string;
}

/**
 * The documentation of the packages in one folder: for each an overview, then its functions, types, constants and
 * variables that are exported. Build constraints are not evaluated: every file counts.
 *
 * @throws ParseFailure `go_syntax` when a file is not Go: a package is documented whole or not at all
 */
export function godocSections(parser: GoParser, sources: readonly GoSourceText[]): Section[] {
  const sorted = sources.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const files = sorted.map(({ name, text }) => parser.withFile(name, text, readDeclarations));
  const byPackage = Map.groupBy(files, (file) => file.package);
  return [...byPackage]
    .filter(([name]) => !name.endsWith('_test'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, ofPackage]) => packageSections(packageDoc(name, ofPackage)));
}

function packageSections(doc: PackageDoc): Section[] {
  const values = (keyword: 'const' | 'var') =>
    doc.values.filter((value) => value.keyword === keyword).flatMap((value) => valueSection(doc.name, value));
  return [
    ...overview(doc),
    ...doc.functions
      .filter(({ name }) => isExported(name))
      .map((item) => ({
        title: `${doc.name}.${item.name}`,
        content: paragraphs(item.declaration.doc, signature(item)),
      })),
    ...doc.types.filter(({ declaration }) => isExported(declaration.name)).map((type) => typeSection(doc.name, type)),
    ...values('const'),
    ...values('var'),
  ];
}

function overview({ name, doc, notes }: PackageDoc): Section[] {
  const list = notes.length > 0 ? `Notes:\n${notes.toSorted().join('\n')}` : '';
  const content = paragraphs(doc, list);
  return content === '' ? [] : [{ title: `${name} package`, content }];
}

function typeSection(packageName: string, { declaration, constructors, methods }: TypeDoc): Section {
  const content =
    paragraphs(declaration.doc, declaration.text) +
    functionList('Constructors', constructors) +
    functionList('Methods', methods);
  return { title: `${packageName}.${declaration.name}`, content: content.replace(/\n+$/, '') };
}

function functionList(heading: string, functions: readonly FunctionDoc[]): string {
  const items = functions
    .filter(({ name }) => isExported(name))
    .map((item) => {
      const doc = trimSpace(item.declaration.doc);
      return `\n### ${item.name}\n\n${signature(item)}${doc === '' ? '' : `\n\n${doc}`}\n`;
    });
  return items.length > 0 ? `\n\n## ${heading}\n${items.join('')}` : '';
}

function valueSection(packageName: string, value: ValueDeclaration): Section[] {
  const [first, ...others] = value.names.filter(isExported);
  if (first === undefined) return [];
  const title = `${packageName}.${first}${others.length > 0 ? ' ...' : ''}`;
  return [{ title, content: paragraphs(value.doc, value.text) }];
}

function signature({ declaration, receiver }: FunctionDoc): string {
  return declaration.print(receiver);
}

function paragraphs(doc: string, declaration: string): string {
  return [trimSpace(doc), declaration].filter((text) => text !== '').join('\n\n');
}
