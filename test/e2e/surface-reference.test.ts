import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../support/cli.ts';

test('docs/commands.md is what the commands say of themselves', async () => {
  const script = join(PROJECT_ROOT, 'scripts', 'command-reference.ts');
  const { exitCode, stderr } = await execa(process.execPath, [script, '--check'], { reject: false });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
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
