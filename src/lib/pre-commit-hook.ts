import { chmod, rm, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { execa } from 'execa';
import { OperatorError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { readIfPresent } from './read-if-present.ts';
import { replaceFile } from './replace-file.ts';

const BEGIN = '# >>> capture-cli schema-check >>>';
const END = '# <<< capture-cli schema-check <<<';
const COMMAND = 'npx --no -- capture-cli schema-check';
const BLOCK = `${BEGIN}\n${COMMAND} || exit 1\n${END}\n`;
const SHEBANG = '#!/bin/sh\n';
const LEFTHOOK_FILES = ['lefthook.yml', '.lefthook.yml', 'lefthook.yaml', '.lefthook.yaml'];

/** What became of a hook, and in which file, as a path from the root of the checkout. */
export interface HookChange {
  readonly file: string;
  readonly outcome: 'installed' | 'removed' | 'unchanged' | 'add_by_hand';
  /** What to add to the file, where that is left to its owner. */
  readonly lines: readonly string[];
}

/**
 * Makes git check the files before every commit. A hook that is there stays, and goes on after the check: husky's in
 * .husky, else git's own, wherever core.hooksPath puts it. lefthook's configuration belongs to its owner, who is told
 * what to add. Doing it twice changes nothing.
 *
 * @throws OperatorError `not_in_git`, `hook_not_shell`, exit 2
 */
export async function installHook(folder: string): Promise<HookChange> {
  const { root, file, byHand } = await hookFile(folder);
  const text = (await readIfPresent(file)) ?? '';
  const told = (outcome: HookChange['outcome'], lines: readonly string[] = []): HookChange => ({
    file: relative(root, file),
    outcome,
    lines,
  });
  if (text.includes('capture-cli schema-check')) return told('unchanged');
  if (byHand) return told('add_by_hand', ['pre-commit:', '  commands:', '    schema-check:', `      run: ${COMMAND}`]);
  const [shebang = ''] = /^#!.*\n/.exec(text) ?? [];
  if (shebang !== '' && !/\b(ba|da|z)?sh\b/.test(shebang)) throw notShell(relative(root, file), shebang.trim());
  // At the top: a hook may end itself before its last line.
  await replaceFile(file, `${shebang || SHEBANG}${BLOCK}${text.slice(shebang.length)}`, 0o755);
  await chmod(file, 0o755);
  return told('installed');
}

/** Takes the check out of the hook, and the hook away where nothing else is in it. @throws OperatorError `not_in_git` */
export async function uninstallHook(folder: string): Promise<HookChange> {
  const { root, file } = await hookFile(folder);
  const text = (await readIfPresent(file)) ?? '';
  const rest = text.replace(BLOCK, '');
  const told = (outcome: HookChange['outcome']): HookChange => ({ file: relative(root, file), outcome, lines: [] });
  if (rest === text) return told('unchanged');
  if (rest === SHEBANG) await rm(file);
  else await replaceFile(file, rest, 0o755);
  return told('removed');
}

interface HookFile {
  readonly root: string;
  readonly file: string;
  /** Not a script: somebody has to change it who knows it. */
  readonly byHand: boolean;
}

async function hookFile(folder: string): Promise<HookFile> {
  const { stdout, failed } = await execa('git', ['rev-parse', '--show-toplevel', '--git-path', 'hooks'], {
    cwd: folder,
    reject: false,
    timeout: 10_000,
  });
  const [root = '', hooks = ''] = stdout.split('\n');
  if (failed || hooks === '') {
    throw new OperatorError(`${folder} is in no git repository`, { code: 'not_in_git', exitCode: EXIT.usage });
  }
  for (const name of LEFTHOOK_FILES) {
    if (await exists(join(root, name))) return { root, file: join(root, name), byHand: true };
  }
  const isHusky = await exists(join(root, '.husky'));
  return {
    root,
    file: isHusky ? join(root, '.husky', 'pre-commit') : resolve(folder, hooks, 'pre-commit'),
    byHand: false,
  };
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

function notShell(file: string, shebang: string): OperatorError {
  return new OperatorError(`${file} begins with ${shebang}: only hooks in shell can be added to`, {
    code: 'hook_not_shell',
    exitCode: EXIT.usage,
    nextSteps: [`call this in it: ${COMMAND}`],
  });
}
