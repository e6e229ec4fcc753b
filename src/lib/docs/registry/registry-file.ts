import { type Alias, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { didYouMean } from '../../did-you-mean.ts';
import { type RegistryProblem, registryInvalid } from './problem.ts';

/** A text of the registry with the place where it stands. */
export interface PlacedText {
  readonly text: string;
  /** Characters from the start of the file. */
  readonly offset: number;
}

/** One `key: value` of a mapping. */
export interface Pair {
  readonly key: PlacedText;
  /** What an alias stands for in its place; undefined for null. */
  readonly value: Node | undefined;
  readonly aliased: boolean;
}

/**
 * A registry's YAML, read for its places and raw texts, which collects what is wrong with it. Scalars are read as they
 * are written, whatever YAML would make of them: deadzone's registries rely on `1.10` and `2025-06-18` being texts.
 */
export class RegistryFile {
  readonly path: string;
  readonly root: Node | undefined;
  readonly #lines = new LineCounter();
  readonly #resolve: (alias: Alias) => Node | undefined;
  readonly #problems: RegistryProblem[] = [];

  constructor(path: string, source: string) {
    this.path = path;
    // Duplicate keys are told with all other problems, and with the line of the first.
    const options = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, lineCounter: this.#lines } as const;
    const document = parseDocument(source, options);
    this.#resolve = (alias) => alias.resolve(document);
    for (const { message, pos } of document.errors) this.report('parse', pos[0], message);
    this.throwIfBroken();
    this.root = this.present(document.contents);
  }

  report(stage: RegistryProblem['stage'], offset: number, message: string): void {
    this.#problems.push({ stage, message, at: this.placeOf(offset) });
  }

  /** How many places do not have the shape of a registry, so far. */
  get misshapen(): number {
    return this.#problems.filter(({ stage }) => stage === 'parse').length;
  }

  placeOf(offset: number): RegistryProblem['at'] {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  /** @throws OperatorError `registry_invalid` (exit 2) when there is any problem, telling those of the parse first */
  throwIfBroken(): void {
    if (this.#problems.length === 0) return;
    const ofStage = (wanted: RegistryProblem['stage']) => this.#problems.filter(({ stage }) => stage === wanted);
    throw registryInvalid(this.path, [...ofStage('parse'), ...ofStage('check')]);
  }

  /** A node without its alias; undefined for null in any of YAML's spellings. */
  present(node: unknown): Node | undefined {
    const target = isAlias(node) ? this.#resolve(node) : node;
    if (isScalar(target)) {
      return target.type === 'PLAIN' && /^(?:~|null|Null|NULL)?$/.test(target.source ?? '') ? undefined : target;
    }
    return isMap(target) || isSeq(target) ? target : undefined;
  }

  /** The pairs of a mapping, without repeated keys and those that are not `known`, both of which are problems. */
  pairs(node: Node | undefined, where: string, known?: readonly string[]): readonly Pair[] {
    if (!isMap(node)) return [];
    const found = new Map<string, Pair>();
    for (const { key: written, value } of node.items) {
      const key = { text: this.#keyText(written), offset: startOf(written) ?? startOf(node) ?? 0 };
      const earlier = found.get(key.text);
      if (earlier) {
        const { line } = this.placeOf(earlier.key.offset);
        this.report('parse', key.offset, `${where}mapping key "${key.text}" already defined at line ${line}`);
      } else if (known && !known.includes(key.text)) {
        this.report('check', key.offset, `${where}unknown key "${key.text}" ${hintFor(key.text, known)}`);
      } else {
        found.set(key.text, { key, value: this.present(value), aliased: isAlias(value) });
      }
    }
    return [...found.values()];
  }

  /** The text of a scalar as it is written; '' for null and, reported, for anything else. */
  text(node: unknown, fallbackOffset: number, where: string): PlacedText {
    const value = this.present(node);
    const offset = startOf(node) ?? fallbackOffset;
    if (value === undefined) return { text: '', offset };
    if (isScalar(value)) return { text: value.source ?? '', offset };
    this.report('parse', offset, `${where} must be text, not ${isMap(value) ? 'a mapping' : 'a list'}`);
    return { text: '', offset };
  }

  #keyText(key: unknown): string {
    const value = this.present(key);
    return isScalar(value) ? (value.source ?? '') : '';
  }
}

/** Where a node starts; undefined for what is not in the file. */
export function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}

function hintFor(key: string, known: readonly string[]): string {
  const meant = didYouMean(key, known);
  return meant === undefined ? `(valid: ${known.join(', ')})` : `(did you mean "${meant}"?)`;
}
