import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { PROJECT_ROOT, runCli } from '../support/cli.ts';

test('docs/commands.md is what the commands say of themselves', async () => {
  const script = join(PROJECT_ROOT, 'scripts', 'command-reference.ts');
  const { exitCode, stderr } = await execa(process.execPath, [script, '--check'], { reject: false });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('every command has flags, an example with $ and its exit codes in --help', async () => {
  const manifest: { commands: Record<string, { hidden: boolean }> } = JSON.parse(
    await readFile(join(PROJECT_ROOT, 'oclif.manifest.json'), 'utf8'),
  );
  const page = await readFile(join(PROJECT_ROOT, 'docs', 'commands.md'), 'utf8');
  for (const [id, { hidden }] of Object.entries(manifest.commands)) {
    // The page has the --help of all that are not hidden, word for word: the test above ran it.
    const name = id.replaceAll(':', ' ');
    const help = hidden
      ? (await runCli([...id.split(':'), '--help'])).stdout
      : page.split(`\n## capture-cli ${name}\n`)[1]?.split('\n## ')[0];
    for (const part of ['USAGE', '--json', '--verbose', '--no-color', '--config', '--store', 'EXAMPLES', 'EXIT CODES'])
      expect(help, `${name} --help`).toContain(part);
    expect(help, `${name} --help`).toMatch(/EXAMPLES[\s\S]*^ +\$ capture-cli /m);
    expect(help, `${name} --help`).toMatch(/^ {2}0 +done$/m);
  }
});

test('.deadzonerc.example, root help and CONTRIBUTING.md agree that exit codes and keys are stable', async () => {
  const contributing = await readFile(join(PROJECT_ROOT, 'CONTRIBUTING.md'), 'utf8');
  for (const subject of [
    'Exit codes',
    '`--json`',
    '`--jsonl`',
    'Environment variables',
    'Configuration keys',
    'Table names',
  ]) {
    expect(contributing).toContain(subject);
  }
});
