import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { ParseFailure } from '../parse-failure.ts';
import { syntaxFault } from './syntax-fault.ts';

/** A file of Go source, parsed. */
export interface GoFile {
  /** The source without carriage returns, as Go reads it; offsets in the tree count in it. */
  readonly text: string;
  /** Its tree. Texts of its nodes are not always those of the source: take them from `text`. */
  readonly root: Node;
}

/**
 * `new` of what cannot be a type literal. The grammar takes any operand of `new` for a type, and since Go 1.26 it may be an
 * expression: under another name of the same length it is a call like any other.
 */
const NEW_OF_EXPRESSION = /\bnew\((?!\s*(?:\[|\*|<-\s*chan\b|(?:chan|map|func|struct|interface)\b))/g;

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
    const tree = this.#parser.parse(text.replace(NEW_OF_EXPRESSION, 'nev('));
    if (!tree) throw new ParseFailure(`${name} could not be parsed`, { reason: 'go_syntax' });
    try {
      const row = syntaxFault(tree.rootNode, text);
      if (row !== undefined) {
        throw new ParseFailure(`${name}:${row + 1}: this is not Go that can be read`, { reason: 'go_syntax' });
      }
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
