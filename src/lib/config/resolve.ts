import { dirname, isAbsolute, join, resolve } from 'node:path';
import { type ConfigFile, findProjectFile, findUserFile, loadNamedFile } from './files.ts';
import { graphqlUrlOf } from './graphql-url.ts';
import { isPathSetting, type PathKey } from './path-settings.ts';
import type { SETTING_SCHEMAS, Settings } from './schema.ts';
import { SETTING_KEYS, SETTINGS, type SettingKey } from './settings.ts';

/** Where the effective value of a setting came from. */
export type Provenance =
  | { readonly kind: 'flag'; readonly name: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'project-file' | 'user-file'; readonly path: string }
  /** `of` names the setting that a default was derived from. */
  | { readonly kind: 'default'; readonly of?: SettingKey };

/** A flag that the operator gave: `{ name: '--store', value: './db' }`. */
export interface FlagValue {
  readonly name: string;
  readonly value: string;
}

export interface ResolveConfigOptions {
  readonly cwd: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly homeDirectory: string;
  readonly flags?: Readonly<Partial<Record<SettingKey, FlagValue>>>;
  /** Named with `--config`: read instead of the project file that would be found. */
  readonly file?: string;
}

export interface ResolvedConfig {
  readonly values: Settings;
  readonly provenance: Readonly<Record<SettingKey, Provenance>>;
  /** The files that were read. */
  readonly files: { readonly project?: string; readonly user?: string };
}

type Values = Map<SettingKey, { readonly value: unknown; readonly provenance: Provenance }>;

/**
 * The effective settings, merged key by key: flags > environment > project file > user file > defaults. An empty
 * environment variable counts as unset, because GitHub Actions passes unset inputs that way.
 *
 * @throws OperatorError exit 2, naming the source, the key, the value and what it should be
 */
export async function resolveConfig(options: ResolveConfigOptions): Promise<ResolvedConfig> {
  const { cwd, env, homeDirectory, flags = {} } = options;
  const user = await findUserFile(userConfigDirectory(env, homeDirectory));
  const project = options.file === undefined ? await findProjectFile(cwd) : await loadNamedFile(cwd, options.file);

  const found: Values = new Map();
  if (user) await addFile(found, user, 'user-file');
  if (project) await addFile(found, project, 'project-file');
  for (const key of SETTING_KEYS) {
    const name: string = SETTINGS[key].env;
    const given = env[name]?.trim();
    if (given) await addText(found, key, given, name, { kind: 'environment', name });
  }
  for (const key of SETTING_KEYS) {
    const flag = flags[key];
    if (flag) await addText(found, key, flag.value, flag.name, { kind: 'flag', name: flag.name });
  }

  const provenance = Object.fromEntries(
    SETTING_KEYS.map((key) => [key, found.get(key)?.provenance ?? defaultProvenance(key)]),
  ) as Record<SettingKey, Provenance>;
  return {
    values: settingsOf(found, { cwd, homeDirectory, projectFolder: project ? dirname(project.path) : cwd }),
    provenance,
    files: { ...(project ? { project: project.path } : {}), ...(user ? { user: user.path } : {}) },
  };
}

/** The folder of the user's own file: `deadzone` in the XDG configuration folder (XDG Base Directory 0.8). */
export function userConfigDirectory(env: Readonly<NodeJS.ProcessEnv>, homeDirectory: string): string {
  return join(env['XDG_CONFIG_HOME'] || join(homeDirectory, '.config'), 'deadzone');
}

/** Where a value came from, in words: `--store`, `SUPABASE_URL`, `project file /x/.deadzonerc`, `default`. */
export function describeProvenance(provenance: Provenance): string {
  switch (provenance.kind) {
    case 'flag':
    case 'environment':
      return provenance.name;
    case 'project-file':
      return `project file ${provenance.path}`;
    case 'user-file':
      return `user file ${provenance.path}`;
    case 'default':
      return provenance.of ? `default from ${provenance.of}` : 'default';
  }
}

function defaultProvenance(key: SettingKey): Provenance {
  return key === 'github.graphqlUrl' ? { kind: 'default', of: 'github.apiUrl' } : { kind: 'default' };
}

async function addFile(found: Values, file: ConfigFile, kind: 'project-file' | 'user-file'): Promise<void> {
  const { settingsIn } = await import('./validate.ts');
  for (const [key, value] of settingsIn(file)) found.set(key, { value, provenance: { kind, path: file.path } });
}

/** Paths do without the schemas, which take a fifth of a short command's time to load. */
async function addText(
  found: Values,
  key: SettingKey,
  given: string,
  source: string,
  provenance: Provenance,
): Promise<void> {
  const path = isPathSetting(key) ? given.trim() : '';
  const value = path || (await import('./validate.ts')).settingFrom(key, given, source);
  found.set(key, { value, provenance });
}

interface Folders {
  readonly cwd: string;
  readonly homeDirectory: string;
  readonly projectFolder: string;
}

/** Unset unless somebody sets them. */
type OptionalPathKey = 'docs.modelFolder' | 'installs.manual';

function settingsOf(found: Values, folders: Folders): Settings {
  const get = <Key extends SettingKey>(key: Key): ReturnType<(typeof SETTING_SCHEMAS)[Key]['parse']> | undefined =>
    found.get(key)?.value as ReturnType<(typeof SETTING_SCHEMAS)[Key]['parse']> | undefined;
  const apiUrl = get('github.apiUrl') ?? SETTINGS['github.apiUrl'].default;
  const absolutePath = (key: PathKey, path: string): string => {
    const typedHere = ['flag', 'environment'].includes(found.get(key)?.provenance.kind ?? '');
    return absolute(path, typedHere ? folders.cwd : folders.projectFolder, folders.homeDirectory);
  };
  const path = (key: Exclude<PathKey, OptionalPathKey>): string => absolutePath(key, get(key) ?? SETTINGS[key].default);
  const optionalPath = (key: OptionalPathKey): string | undefined => {
    const given = get(key);
    return given === undefined ? undefined : absolutePath(key, given);
  };
  return {
    store: { directory: path('store.directory'), url: get('store.url') },
    github: {
      apiUrl,
      graphqlUrl: get('github.graphqlUrl') ?? graphqlUrlOf(apiUrl),
      requestTimeoutSeconds: get('github.requestTimeoutSeconds') ?? 30,
    },
    backfill: {
      chunkSize: get('backfill.chunkSize') ?? 25,
      reserve: get('backfill.reserve') ?? { kind: 'percent', value: 10 },
      only: get('backfill.only'),
      maxMinutes: get('backfill.maxMinutes'),
      leaseSeconds: get('backfill.leaseSeconds') ?? 90,
    },
    actions: {
      repository: get('actions.repository'),
      tokenSecret: get('actions.tokenSecret') ?? SETTINGS['actions.tokenSecret'].default,
      appIdVariable: get('actions.appIdVariable') ?? SETTINGS['actions.appIdVariable'].default,
      privateKeySecret: get('actions.privateKeySecret') ?? SETTINGS['actions.privateKeySecret'].default,
      installationIdVariable:
        get('actions.installationIdVariable') ?? SETTINGS['actions.installationIdVariable'].default,
      owner: get('actions.owner'),
      supabaseUrlSecret: get('actions.supabaseUrlSecret') ?? SETTINGS['actions.supabaseUrlSecret'].default,
      supabaseKeySecret: get('actions.supabaseKeySecret') ?? SETTINGS['actions.supabaseKeySecret'].default,
      scheduleVariable: get('actions.scheduleVariable') ?? SETTINGS['actions.scheduleVariable'].default,
    },
    docs: {
      registry: path('docs.registry'),
      artifacts: path('docs.artifacts'),
      database: path('docs.database'),
      manifest: path('docs.manifest'),
      embedder: get('docs.embedder') ?? SETTINGS['docs.embedder'].default,
      embedWorkers: get('docs.embedWorkers'),
      modelFolder: optionalPath('docs.modelFolder'),
      openaiUrl: get('docs.openaiUrl') ?? SETTINGS['docs.openaiUrl'].default,
      openaiModel: get('docs.openaiModel') ?? SETTINGS['docs.openaiModel'].default,
      openaiDimensions: get('docs.openaiDimensions'),
      contact: get('docs.contact'),
      allowPrivateHosts: get('docs.allowPrivateHosts') ?? [],
      repository: get('docs.repository'),
    },
    installs: {
      cache: path('installs.cache'),
      npm: get('installs.npm') ?? [],
      pypi: get('installs.pypi') ?? [],
      crates: get('installs.crates') ?? [],
      organization: get('installs.organization'),
      repositories: get('installs.repositories'),
      manual: optionalPath('installs.manual'),
      npmApiUrl: get('installs.npmApiUrl') ?? SETTINGS['installs.npmApiUrl'].default,
      pypiApiUrl: get('installs.pypiApiUrl') ?? SETTINGS['installs.pypiApiUrl'].default,
      cratesApiUrl: get('installs.cratesApiUrl') ?? SETTINGS['installs.cratesApiUrl'].default,
    },
  };
}

/** `~` is the shell's, and no shell sees a configuration file. */
function absolute(path: string, base: string, homeDirectory: string): string {
  if (path === '~' || path.startsWith('~/')) return join(homeDirectory, path.slice(1));
  return isAbsolute(path) ? path : resolve(base, path);
}
