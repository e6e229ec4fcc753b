import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** An installed package whose Markdown is worth reading. */
export interface DocumentedPackage {
  readonly name: string;
  readonly version: string;
  /** Markdown by its path in the package. */
  readonly pages: Readonly<Record<string, string>>;
}

/** Changes and terms tell nobody how to use a package. */
const NO_DOCUMENTATION = /^(?:changelog|changes|history|license|licence|code_of_conduct|security)/i;
/** Smaller than that, a README says where the documentation is. In characters. */
const LEAST = 2_000;

/**
 * Packages in `node_modules` with documentation, `count` of them in the order of their names: the `wanted` ones, then those
 * with the fewest sections, because a demo should not take long.
 */
export function documentedPackages(
  nodeModules: string,
  count: number,
  wanted: readonly string[],
): readonly DocumentedPackage[] {
  const manifests = globSync(['*/package.json', '@*/*/package.json'], { cwd: nodeModules });
  const rank = (each: DocumentedPackage) => (wanted.includes(each.name) ? 0 : sectionsOf(each));
  return manifests
    .map((manifest) => documentedPackage(join(nodeModules, dirname(manifest))))
    .filter((each) => textOf(each).length >= LEAST)
    .toSorted((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1))
    .slice(0, count)
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function documentedPackage(folder: string): DocumentedPackage {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const paths = globSync(['*.md', 'docs/*.md'], { cwd: folder }).toSorted();
  const pages = paths
    .filter((path) => !NO_DOCUMENTATION.test(path))
    .map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const);
  return { name, version, pages: Object.fromEntries(pages) };
}

function textOf({ pages }: DocumentedPackage): string {
  return Object.values(pages).join('\n');
}

function sectionsOf(each: DocumentedPackage): number {
  return textOf(each).split('\n## ').length;
}
