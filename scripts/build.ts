import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';

/**
 * Compiles `src` to `dist`, copies the grammar of Go there and writes the oclif manifest, which spares every start the
 * scan of all commands.
 */
rmSync('dist', { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
// The grammar of Go is a file of a development dependency: it is shipped with its licence beside the code that loads it.
copyFileSync('node_modules/tree-sitter-go/tree-sitter-go.wasm', 'dist/lib/docs/parse/godoc/tree-sitter-go.wasm');
copyFileSync('node_modules/tree-sitter-go/LICENSE', 'dist/lib/docs/parse/godoc/tree-sitter-go.LICENSE');
execFileSync('oclif', ['manifest'], { stdio: ['ignore', 'ignore', 'inherit'] });
