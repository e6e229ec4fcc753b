import { existsSync } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Loader, PublicExplorer } from 'cosmiconfig';
import { messageOf, OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';

export interface ConfigFile {
  readonly path: string;
  /** What the file holds, not yet validated; an empty file is an empty map. */
  readonly content: unknown;
}

const SCRIPT_EXTENSIONS = ['js', 'ts', 'cjs', 'mjs', 'mts', 'cts'];

const RC_NAMES = ['', '.json', '.yaml', '.yml', ...SCRIPT_EXTENSIONS.map((extension) => `.${extension}`)];

const PROJECT_PLACES = [
  ...RC_NAMES.map((suffix) => `.deadzonerc${suffix}`),
  ...SCRIPT_EXTENSIONS.map((extension) => `deadzone.config.${extension}`),
  'package.json',
];

/** Where a project is found, or ends (cosmiconfig's strategy `project`). */
const PROJECT_MARKS = [...PROJECT_PLACES, 'package.yaml'];

const USER_PLACES = RC_NAMES.map((suffix) => `config${suffix}`);

/**
 * The project's configuration: the nearest in `cwd` and the folders above, up to and including the first that has a
 * package.json (cosmiconfig's strategy `project`). Undefined when there is none.
 *
 * @throws OperatorError when a file is there and cannot be read or parsed
 */
export async function findProjectFile(cwd: string): Promise<ConfigFile | undefined> {
  const folder = nearestWith(PROJECT_MARKS, cwd);
  return folder === undefined ? undefined : await search(PROJECT_PLACES, 'project', folder);
}

/** The user's own configuration, `config` or `config.{yaml,json,js,…}` in `directory`. Undefined when there is none. */
export async function findUserFile(directory: string): Promise<ConfigFile | undefined> {
  return existsSync(directory) ? await search(USER_PLACES, 'none', directory) : undefined;
}

/**
 * The file that somebody named (`--config`).
 *
 * @throws OperatorError `config_not_found`, exit 2
 */
export async function loadNamedFile(cwd: string, file: string): Promise<ConfigFile> {
  const path = resolve(cwd, file);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new OperatorError(`there is no configuration file ${path}`, {
      code: 'config_not_found',
      exitCode: EXIT.usage,
      nextSteps: ['correct the path after --config', 'or write a file with `capture-cli init`'],
    });
  }
  try {
    const places = await explorer(PROJECT_PLACES, 'none');
    const result = await places.load(path);
    return { path, content: result?.config ?? {} };
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
}

/** The nearest folder, from this one upwards, that has any of these. */
function nearestWith(names: readonly string[], folder: string): string | undefined {
  if (names.some((name) => existsSync(join(folder, name)))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestWith(names, parent);
}

// Most commands run where there is no file: what searches and parses is loaded for one that there is.
const parseJson: Loader = async (file, content) => (await import('./parse.ts')).parseJson(file, content);
const parseYaml: Loader = async (file, content) => (await import('./parse.ts')).parseYaml(file, content);

async function explorer(searchPlaces: string[], searchStrategy: 'project' | 'none'): Promise<PublicExplorer> {
  const { cosmiconfig, defaultLoaders } = await import('cosmiconfig');
  return cosmiconfig('deadzone', {
    searchPlaces,
    searchStrategy,
    cache: false,
    ignoreEmptySearchPlaces: false,
    loaders: { ...defaultLoaders, '.json': parseJson, '.yaml': parseYaml, '.yml': parseYaml, noExt: parseYaml },
  });
}

async function search(names: string[], strategy: 'project' | 'none', from: string): Promise<ConfigFile | undefined> {
  await refuseUnreadable(names.map((name) => join(from, name)));
  try {
    const places = await explorer(names, strategy);
    const result = await places.search(from);
    return result ? { path: result.filepath, content: result.config ?? {} } : undefined;
  } catch (thrown) {
    throw unreadable(pathOf(thrown) ?? from, thrown);
  }
}

/** cosmiconfig passes over a file that it may not read; settings that silently do not count are worse than an error. */
async function refuseUnreadable(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await access(path, constants.R_OK).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'EACCES' || thrown.code === 'EPERM') throw unreadable(path, thrown);
    });
  }
}

function unreadable(path: string, thrown: unknown): OperatorError {
  if (thrown instanceof OperatorError) return thrown;
  return new OperatorError(`${path} cannot be read: ${messageOf(thrown)}`, {
    code: 'config_unreadable',
    exitCode: EXIT.usage,
    nextSteps: [`correct ${path}, or leave it out with --config FILE`],
    cause: thrown,
  });
}

/** cosmiconfig attaches the file to what its loaders throw. */
function pathOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'filepath' in thrown && typeof thrown.filepath === 'string'
    ? thrown.filepath
    : undefined;
}
