import { chmod, mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { readIfPresent } from '../read-if-present.ts';
import { replaceFile } from '../replace-file.ts';
import { findRepository } from './repository.ts';
import { askGit } from './run-git.ts';

const BEGIN = '# >>> capture-cli schema-check >>>';
const END = '# <<< capture-cli schema-check <<<';
const CALL = 'capture-cli schema-check';
const COMMAND = `npx --no -- ${CALL} --staged`;
const BLOCK = `${BEGIN}\n${COMMAND} || exit 1\n${END}\n`;
/** The block of this version or an earlier one. */
const ANY_BLOCK = new RegExp(`${BEGIN}\\n.*?${END}\\n`, 's');
const SHEBANG = '#!/bin/sh\n';
/** lefthook.dev, "Config file name". */
const LEFTHOOK_FILES = ['lefthook', '.lefthook', join('.config', 'lefthook')].flatMap((name) =>
  ['.yml', '.yaml', '.json', '.jsonc', '.toml'].map((extension) => `${name}${extension}`),
);
const LEFTHOOK_YAML = ['pre-commit:', '  commands:', '    schema-check:', `      run: ${COMMAND}`];
const LEFTHOOK_TOML = ['[pre-commit.commands.schema-check]', `run = "${COMMAND}"`];
const LEFTHOOK_JSON = [`"pre-commit": { "commands": { "schema-check": { "run": "${COMMAND}" } } }`];

/** What became of a hook, and in which file, as a path from the root of the checkout. */
export interface HookChange {
  readonly file: string;
  readonly outcome: 'installed' | 'removed' | 'unchanged' | 'add_by_hand' | 'remove_by_hand';
  /** What to add to the file or take out of it, where that is left to its owner. */
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
  const told = telling(relative(root, file));
  if (text.includes(BLOCK) || (text.includes(CALL) && !ANY_BLOCK.test(text))) return told('unchanged');
  if (byHand) return told('add_by_hand', lefthookLines(file));
  const [shebang = ''] = /^#!.*\n/.exec(text) ?? [];
  if (shebang !== '' && !/\b(ba|da|z)?sh\b/.test(shebang)) throw notShell(relative(root, file), shebang.trim());
  // At the top: a hook may end itself before its last line.
  const rest = text.slice(shebang.length).replace(ANY_BLOCK, '');
  await mkdir(dirname(file), { recursive: true });
  await replaceFile(file, `${text === '' ? SHEBANG : shebang}${BLOCK}${rest}`, 0o755);
  await chmod(file, 0o755);
  return told('installed');
}

/** Takes the check out of the hook, and the hook away where nothing else is in it. @throws OperatorError `not_in_git` */
export async function uninstallHook(folder: string): Promise<HookChange> {
  const { root, file, byHand } = await hookFile(folder);
  const text = (await readIfPresent(file)) ?? '';
  const rest = text.replace(ANY_BLOCK, '');
  const told = telling(relative(root, file));
  if (byHand && text.includes(CALL)) return told('remove_by_hand', lefthookLines(file));
  if (rest === text) return told('unchanged');
  if (rest === SHEBANG) await rm(file);
  else await replaceFile(file, rest, 0o755);
  return told('removed');
}

function telling(file: string) {
  return (outcome: HookChange['outcome'], lines: readonly string[] = []): HookChange => ({ file, outcome, lines });
}

/** The check in the language of lefthook's file. */
function lefthookLines(file: string): readonly string[] {
  if (file.endsWith('.toml')) return LEFTHOOK_TOML;
  return /\.jsonc?$/.test(file) ? LEFTHOOK_JSON : LEFTHOOK_YAML;
}

interface HookFile {
  readonly root: string;
  readonly file: string;
  /** Not a script: somebody has to change it who knows it. */
  readonly byHand: boolean;
}

async function hookFile(folder: string): Promise<HookFile> {
  const { root } = await findRepository(join(folder, 'any'));
  for (const name of LEFTHOOK_FILES) {
    if (await exists(join(root, name))) return { root, file: join(root, name), byHand: true };
  }
  const hooks = resolve(root, (await askGit(root, ['rev-parse', '--git-path', 'hooks']))?.trimEnd() ?? '');
  return { root, file: join(await huskyFolder(root, hooks), 'pre-commit'), byHand: false };
}

/** husky writes the hooks of `.husky/_` anew whenever it is installed; those of its users are one folder higher. */
async function huskyFolder(root: string, hooks: string): Promise<string> {
  if (basename(hooks) === '_' && basename(dirname(hooks)) === '.husky') return dirname(hooks);
  const atRoot = join(root, '.husky');
  return (await exists(atRoot)) ? atRoot : hooks;
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
