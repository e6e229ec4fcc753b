import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `hashFiles()`: SHA-256 over the SHA-256 of every file below the workspace that a pattern names, in order of their
 * paths; `!pattern` takes files out; empty when none is left.
 */
export function hashFiles(workspace: string, patterns: readonly string[]): string {
  const wanted = new Set<string>();
  for (const line of patterns.flatMap((each) => each.split('\n')).map((each) => each.trim())) {
    if (line === '') continue;
    const isExclusion = line.startsWith('!');
    for (const path of globSync(isExclusion ? line.slice(1) : line, { cwd: workspace }))
      if (isExclusion) wanted.delete(path);
      else wanted.add(path);
  }
  const files = [...wanted].sort().filter((path) => statSync(join(workspace, path)).isFile());
  if (files.length === 0) return '';
  const hash = createHash('sha256');
  for (const path of files)
    hash.update(
      createHash('sha256')
        .update(readFileSync(join(workspace, path)))
        .digest(),
    );
  return hash.digest('hex');
}
