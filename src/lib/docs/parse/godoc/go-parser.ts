import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { ParseFailure } from '../parse-failure.ts';

/** A file of Go source, parsed. */
export interface GoFile {
  /** What offsets in the tree count in: the source without carriage returns, as Go reads it. */
  readonly text: string;
  readonly root: Node;
}

/**
 * Parses Go. One parser serves any number of files, one after the other; it holds WebAssembly memory until `close()`.
 */
export class GoParser {
  readonly #parser: Parser;

  private constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** @param grammar path of `tree-sitter-go.wasm`: see `findGoGrammar` */
  static async load(grammar: string): Promise<GoParser> {
    await Parser.init();
    const language = await Language.load(grammar);
    return new GoParser(new Parser().setLanguage(language));
  }

  /**
   * Parses a file and hands it to `use`; its tree is there until that returns.
   *
   * @throws ParseFailure `go_syntax` for what is not Go, with the place
   */
  withFile<Result>(name: string, source: string, use: (file: GoFile) => Result): Result {
    const text = source.replace(/^\ufeff/, '').replaceAll('\r', '');
    const tree = this.#parser.parse(text);
    if (!tree) throw new ParseFailure(`${name} could not be parsed`, { reason: 'go_syntax' });
    try {
      if (tree.rootNode.hasError) throw notGo(name, tree.rootNode);
      return use({ text, root: tree.rootNode });
    } finally {
      tree.delete();
    }
  }

  close(): void {
    this.#parser.delete();
  }
}

/**
 * The path of the Go grammar: beside the compiled code in a built package, in `node_modules` of a checkout.
 *
 * @param packageRoot folder of this package's package.json
 */
export async function findGoGrammar(packageRoot: string): Promise<string> {
  const built = join(packageRoot, 'dist/lib/docs/parse/godoc/tree-sitter-go.wasm');
  try {
    await access(built);
    return built;
  } catch {
    return join(packageRoot, 'node_modules/tree-sitter-go/tree-sitter-go.wasm');
  }
}

function notGo(name: string, root: Node): ParseFailure {
  let node = root;
  for (;;) {
    const inner = node.children.find((child) => child.isError || child.isMissing || child.hasError);
    if (!inner) break;
    node = inner;
    if (node.isError || node.isMissing) break;
  }
  return new ParseFailure(`${name}:${node.startPosition.row + 1}: this is not Go that can be read`, {
    reason: 'go_syntax',
  });
}
