import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes docs/commands.md from the manifest that the build has written: every command with the words of its own
 * `--help`. With `--check` it writes nothing and fails when the file is not what it would write.
 */
const root = join(import.meta.dirname, '..');
const target = join(root, 'docs', 'commands.md');

const manifest: unknown = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'));
const reference = page(commandIds(manifest).map((id) => ({ name: id.replaceAll(':', ' '), help: helpOf(id) })));

if (process.argv.includes('--check')) {
  if (read(target) !== reference) {
    console.error('docs/commands.md is not what the commands say: run `npm run docs` and commit the result');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, reference);
}

interface Entry {
  readonly name: string;
  readonly help: string;
}

function page(entries: readonly Entry[]): string {
  const contents = entries.map(({ name }) => `- [\`capture-cli ${name}\`](#capture-cli-${name.replaceAll(' ', '-')})`);
  const sections = entries.map(({ name, help }) => `## capture-cli ${name}\n\n\`\`\`text\n${help}\n\`\`\`\n`);
  return [
    '# Commands',
    '',
    '<!-- Written by `npm run docs` from the commands themselves: edit those, not this. -->',
    '',
    ...contents,
    '',
    sections.join('\n'),
  ].join('\n');
}

/** In byte order, so that the page does not depend on a locale. */
function commandIds(parsed: unknown): string[] {
  if (!isRecord(parsed) || !isRecord(parsed['commands'])) throw new Error('oclif.manifest.json has no commands');
  return Object.entries(parsed['commands'])
    .filter(([, command]) => isRecord(command) && command['hidden'] !== true)
    .map(([id]) => id)
    .sort();
}

/** At a fixed width and without colour, and without the version, which would change the page with every release. */
function helpOf(id: string): string {
  const env = { PATH: process.env['PATH'] ?? '', HOME: root, NO_COLOR: '1', OCLIF_COLUMNS: '100' };
  const args = [join(root, 'bin', 'run.js'), ...id.split(':'), '--help'];
  return execFileSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
