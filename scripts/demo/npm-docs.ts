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

/** The packages in `node_modules` that say most in Markdown, at most `count` of them, in the order of their names. */
export function documentedPackages(nodeModules: string, count: number): readonly DocumentedPackage[] {
  const manifests = globSync(['*/package.json', '@*/*/package.json'], { cwd: nodeModules });
  const packages = manifests.map((manifest) => documentedPackage(join(nodeModules, dirname(manifest))));
  return packages
    .filter((each) => sizeOf(each) >= LEAST)
    .toSorted((one, other) => sizeOf(other) - sizeOf(one) || (one.name < other.name ? -1 : 1))
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

function sizeOf({ pages }: DocumentedPackage): number {
  return Object.values(pages).reduce((sum, text) => sum + text.length, 0);
}
