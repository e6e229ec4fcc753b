import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { PROJECT_ROOT } from '../../test/support/cli.ts';

/**
 * Writes the smallest program that oclif 5 makes, with what makes it start fast: a manifest and node's compile cache.
 *
 * @returns the path of its `run.js`
 */
export async function writeBareOclif(folder: string): Promise<string> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await mkdir(join(folder, 'dist', 'commands'), { recursive: true });
  await symlink(join(PROJECT_ROOT, 'node_modules'), join(folder, 'node_modules'));
  const run = join(folder, 'bin', 'run.js');
  await writeFile(join(folder, 'package.json'), JSON.stringify(PACKAGE, null, 2));
  await writeFile(run, RUN);
  await writeFile(join(folder, 'dist', 'commands', 'hello.js'), HELLO);
  await execa('oclif', ['manifest'], { cwd: folder, preferLocal: true, localDir: PROJECT_ROOT });
  return run;
}

const PACKAGE = {
  name: 'hello',
  version: '1.0.0',
  type: 'module',
  files: ['bin', 'dist'],
  bin: { hello: 'bin/run.js' },
  oclif: { bin: 'hello', dirname: 'hello', commands: './dist/commands', plugins: ['@oclif/plugin-help'] },
  dependencies: { '@oclif/core': '5', '@oclif/plugin-help': '7' },
};

const RUN = `#!/usr/bin/env node
import module from 'node:module';
module.enableCompileCache();
const { execute } = await import('@oclif/core');
await execute({ dir: import.meta.url });
`;

const HELLO = `import { Command, Flags } from '@oclif/core';
export default class Hello extends Command {
  static summary = 'Say hello';
  static flags = { name: Flags.string({ summary: 'To whom.' }) };
  async run() {
    const { flags } = await this.parse(Hello);
    this.log('hello ' + (flags.name ?? 'world'));
  }
}
`;
