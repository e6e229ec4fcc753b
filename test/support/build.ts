import { execFileSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Builds once before the tests that run the command line, unless what is built is newer than every source. */
export default function setup(): void {
  if (isFresh()) return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
}

function isFresh(): boolean {
  // The manifest is written last, so it tells that the whole build succeeded.
  const manifest = join(ROOT, 'oclif.manifest.json');
  if (!existsSync(manifest) || !existsSync(join(ROOT, 'dist', 'cli', 'main.js'))) return false;
  const builtAt = statSync(manifest).mtimeMs;
  const sources = [...globSync('src/**/*.{ts,tsx}', { cwd: ROOT }), 'package.json', 'tsconfig.json'];
  return sources.every((source) => statSync(join(ROOT, source)).mtimeMs <= builtAt);
}
