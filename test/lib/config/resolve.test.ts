import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATH_SETTINGS } from '../../../src/lib/config/path-settings.ts';
import { type ResolveConfigOptions, type ResolvedConfig, resolveConfig } from '../../../src/lib/config/resolve.ts';
import { CHILD_KINDS, SETTING_KEYS, SETTINGS } from '../../../src/lib/config/settings.ts';
import { settingFrom } from '../../../src/lib/config/validate.ts';
import { OperatorError } from '../../../src/lib/errors.ts';
import type { ChildKind } from '../../../src/lib/progress/events.ts';

let root: string;
let project: string;
let home: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'capture-cli-config-'));
  project = join(root, 'project');
  home = join(root, 'home');
  await mkdir(join(project, 'deep', 'down'), { recursive: true });
  await mkdir(join(home, '.config', 'deadzone'), { recursive: true });
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

function resolve(options: Partial<ResolveConfigOptions> = {}): Promise<ResolvedConfig> {
  return resolveConfig({ cwd: project, env: {}, homeDirectory: home, ...options });
}

async function refusal(options: Partial<ResolveConfigOptions> = {}): Promise<OperatorError> {
  const error = await resolve(options).catch((thrown: unknown) => thrown);
  if (!(error instanceof OperatorError)) throw new Error(`expected a refusal, got ${JSON.stringify(error)}`);
  return error;
}

const inProject = (name: string, content: string) => writeFile(join(project, name), content);
const inUserFolder = (name: string, content: string) => writeFile(join(home, '.config', 'deadzone', name), content);

describe('precedence', () => {
  test('without any source every setting has its default', async () => {
    const { values, provenance, files } = await resolve();
    expect(values).toEqual({
      store: { directory: join(project, '.deadzone', 'store'), url: undefined },
      github: {
        apiUrl: 'https://api.github.com',
        graphqlUrl: 'https://api.github.com/graphql',
        requestTimeoutSeconds: 30,
      },
      backfill: {
        chunkSize: 25,
        reserve: { kind: 'percent', value: 10 },
        only: undefined,
        maxMinutes: undefined,
        leaseSeconds: 90,
      },
      actions: {
        repository: undefined,
        tokenSecret: 'CAPTURE_GITHUB_TOKEN',
        appIdVariable: 'CAPTURE_APP_ID',
        privateKeySecret: 'CAPTURE_APP_PRIVATE_KEY',
        installationIdVariable: 'CAPTURE_APP_INSTALLATION_ID',
        owner: undefined,
        supabaseUrlSecret: 'SUPABASE_URL',
        supabaseKeySecret: 'SUPABASE_SERVICE_KEY',
        scheduleVariable: 'CAPTURE_REPOSITORY',
      },
      docs: {
        registry: join(project, 'libraries_sources.yaml'),
        artifacts: join(project, 'artifacts'),
        database: join(project, 'deadzone.db'),
        manifest: join(project, 'artifacts', 'manifest.yaml'),
        embedder: 'use-lite',
        embedWorkers: undefined,
        modelFolder: undefined,
        openaiUrl: 'https://api.openai.com/v1',
        openaiModel: 'text-embedding-3-small',
        openaiDimensions: undefined,
        contact: undefined,
        allowPrivateHosts: [],
        repository: undefined,
      },
      installs: {
        cache: join(project, 'installs-cache.json'),
        npm: [],
        pypi: [],
        crates: [],
        organization: undefined,
        repositories: undefined,
        manual: undefined,
        npmApiUrl: 'https://api.npmjs.org',
        pypiApiUrl: 'https://pypistats.org/api',
        cratesApiUrl: 'https://crates.io/api/v1',
      },
    });
    expect(new Set(Object.values(provenance).map(({ kind }) => kind))).toEqual(new Set(['default']));
    expect(files).toEqual({});
  });

  test('flags win over environment, project file, user file and defaults, key by key', async () => {
    await inUserFolder('config.yaml', 'backfill: { chunkSize: 1, reserve: 1, maxMinutes: 1, only: [files] }');
    await inProject('.deadzonerc', 'backfill: { chunkSize: 2, reserve: 2, maxMinutes: 2 }');
    const { values, provenance, files } = await resolve({
      env: { DEADZONE_BACKFILL_CHUNK_SIZE: '3', DEADZONE_BACKFILL_RESERVE: '3' },
      flags: { 'backfill.chunkSize': { name: '--chunk-size', value: '4' } },
    });
    expect(values.backfill).toEqual({
      chunkSize: 4,
      reserve: { kind: 'units', value: 3 },
      maxMinutes: 2,
      only: ['files'],
      leaseSeconds: 90,
    });
    expect(provenance).toMatchObject({
      'backfill.chunkSize': { kind: 'flag', name: '--chunk-size' },
      'backfill.reserve': { kind: 'environment', name: 'DEADZONE_BACKFILL_RESERVE' },
      'backfill.maxMinutes': { kind: 'project-file', path: join(project, '.deadzonerc') },
      'backfill.only': { kind: 'user-file', path: join(home, '.config', 'deadzone', 'config.yaml') },
      'github.apiUrl': { kind: 'default' },
    });
    expect(Object.keys(files)).toEqual(['project', 'user']);
  });

  test('every setting can come from its environment variable', async () => {
    const given: Record<string, string> = {
      DEADZONE_STORE_DIRECTORY: '/data',
      SUPABASE_URL: 'https://a.supabase.co',
      GITHUB_API_URL: 'https://ghe.example/api/v3',
      GITHUB_GRAPHQL_URL: 'https://ghe.example/api/graphql',
      DEADZONE_GITHUB_REQUEST_TIMEOUT_SECONDS: '5',
      DEADZONE_BACKFILL_CHUNK_SIZE: '50',
      DEADZONE_BACKFILL_RESERVE: '20%',
      DEADZONE_BACKFILL_ONLY: 'files, commits',
      DEADZONE_BACKFILL_MAX_MINUTES: '60',
      DEADZONE_BACKFILL_LEASE_SECONDS: '20',
      DEADZONE_ACTIONS_REPOSITORY: 'acme/jobs',
      DEADZONE_ACTIONS_TOKEN_SECRET: 'A_TOKEN',
      DEADZONE_ACTIONS_APP_ID_VARIABLE: 'AN_APP',
      DEADZONE_ACTIONS_PRIVATE_KEY_SECRET: 'A_KEY',
      DEADZONE_ACTIONS_INSTALLATION_ID_VARIABLE: 'AN_INSTALLATION',
      DEADZONE_ACTIONS_OWNER: 'acme',
      DEADZONE_ACTIONS_SUPABASE_URL_SECRET: 'AN_ADDRESS',
      DEADZONE_ACTIONS_SUPABASE_KEY_SECRET: 'A_SERVICE_KEY',
      DEADZONE_ACTIONS_SCHEDULE_VARIABLE: 'A_REPOSITORY',
      DEADZONE_DOCS_REGISTRY: '/pack/registry.yaml',
      DEADZONE_DOCS_ARTIFACTS: '/pack/artifacts',
      DEADZONE_DOCS_DATABASE: '/pack/deadzone.db',
      DEADZONE_DOCS_MANIFEST: '/pack/manifest.yaml',
      DEADZONE_DOCS_EMBEDDER: 'nomic',
      DEADZONE_DOCS_EMBED_WORKERS: '3',
      DEADZONE_HUGOT_CACHE: '/models',
      DEADZONE_DOCS_OPENAI_URL: 'http://localhost:11434/v1/',
      DEADZONE_DOCS_OPENAI_MODEL: 'all-minilm',
      DEADZONE_DOCS_OPENAI_DIMENSIONS: '384',
      DEADZONE_DOCS_CONTACT: 'https://acme.example/crawler',
      DEADZONE_DOCS_ALLOW_PRIVATE_HOSTS: 'Docs.acme.example, 127.0.0.1:8080',
      DEADZONE_DOCS_REPOSITORY: 'acme/pack',
      DEADZONE_INSTALLS_CACHE: '/site/installs.json',
      DEADZONE_INSTALLS_NPM: 'tool, @acme/tool',
      DEADZONE_INSTALLS_PYPI: 'tool',
      DEADZONE_INSTALLS_CRATES: 'tool-rs',
      DEADZONE_INSTALLS_ORGANIZATION: 'acme',
      DEADZONE_INSTALLS_REPOSITORIES: 'docs,server',
      DEADZONE_INSTALLS_MANUAL: '/site/manual.json',
      DEADZONE_INSTALLS_NPM_API_URL: 'https://npm.acme.example',
      DEADZONE_INSTALLS_PYPI_API_URL: 'https://pypi.acme.example/api',
      DEADZONE_INSTALLS_CRATES_API_URL: 'https://crates.acme.example/api/v1',
    };
    expect(Object.keys(given).sort()).toEqual(SETTING_KEYS.map((key) => SETTINGS[key].env).sort());
    const { values, provenance } = await resolve({ env: given });
    expect(Object.values(provenance).every(({ kind }) => kind === 'environment')).toBe(true);
    expect(values.backfill).toEqual({
      chunkSize: 50,
      reserve: { kind: 'percent', value: 20 },
      only: ['files', 'commits'],
      maxMinutes: 60,
      leaseSeconds: 20,
    });
    expect(values.actions).toEqual({
      repository: 'acme/jobs',
      tokenSecret: 'A_TOKEN',
      appIdVariable: 'AN_APP',
      privateKeySecret: 'A_KEY',
      installationIdVariable: 'AN_INSTALLATION',
      owner: 'acme',
      supabaseUrlSecret: 'AN_ADDRESS',
      supabaseKeySecret: 'A_SERVICE_KEY',
      scheduleVariable: 'A_REPOSITORY',
    });
    expect(values.docs).toEqual({
      registry: '/pack/registry.yaml',
      artifacts: '/pack/artifacts',
      database: '/pack/deadzone.db',
      manifest: '/pack/manifest.yaml',
      embedder: 'nomic',
      embedWorkers: 3,
      modelFolder: '/models',
      openaiUrl: 'http://localhost:11434/v1',
      openaiModel: 'all-minilm',
      openaiDimensions: 384,
      contact: 'https://acme.example/crawler',
      allowPrivateHosts: ['docs.acme.example', '127.0.0.1:8080'],
      repository: 'acme/pack',
    });
    expect(values.installs).toEqual({
      cache: '/site/installs.json',
      npm: ['tool', '@acme/tool'],
      pypi: ['tool'],
      crates: ['tool-rs'],
      organization: 'acme',
      repositories: ['docs', 'server'],
      manual: '/site/manual.json',
      npmApiUrl: 'https://npm.acme.example',
      pypiApiUrl: 'https://pypi.acme.example/api',
      cratesApiUrl: 'https://crates.acme.example/api/v1',
    });
  });

  test('an empty environment variable counts as unset', async () => {
    const { values } = await resolve({ env: { SUPABASE_URL: '', DEADZONE_BACKFILL_CHUNK_SIZE: ' ' } });
    expect(values.store.url).toBeUndefined();
    expect(values.backfill.chunkSize).toBe(25);
  });
});

describe('files', () => {
  test.each([
    ['.deadzonerc', 'backfill:\n  chunkSize: 7\n'],
    ['.deadzonerc', '{"backfill": {"chunkSize": 7}}'],
    ['.deadzonerc.json', '{"backfill": {"chunkSize": 7}}'],
    ['.deadzonerc.yaml', 'backfill: { chunkSize: 7 }'],
    ['.deadzonerc.yml', 'backfill: { chunkSize: 7 }'],
    ['.deadzonerc.mjs', 'export default { backfill: { chunkSize: 7 } }'],
    ['deadzone.config.cjs', 'module.exports = { backfill: { chunkSize: 7 } }'],
    ['deadzone.config.mjs', 'export default { backfill: { chunkSize: 7 } }'],
    ['package.json', '{"name": "x", "deadzone": {"backfill": {"chunkSize": 7}}}'],
  ])('%s is read, also from a folder below: %s', async (name, content) => {
    await inProject(name, content);
    const { values, files } = await resolve({ cwd: join(project, 'deep', 'down') });
    expect(values.backfill.chunkSize).toBe(7);
    expect(files.project).toBe(join(project, name));
  });

  test('an empty file and a package.json without settings change nothing', async () => {
    await inProject('.deadzonerc', '# nothing yet\n');
    await inProject('package.json', '{"name": "x"}');
    expect((await resolve()).values.backfill.chunkSize).toBe(25);
  });

  test('the store folder is relative to the project file, to the current folder for flags, and knows ~', async () => {
    await inProject('.deadzonerc', 'store: { directory: data }');
    const cwd = join(project, 'deep');
    const directory = async (flag?: string) => {
      const flags = flag === undefined ? {} : { 'store.directory': { name: '--store', value: flag } };
      return (await resolve({ cwd, flags })).values.store.directory;
    };
    expect(await directory()).toBe(join(project, 'data'));
    expect(await directory('data')).toBe(join(cwd, 'data'));
    expect(await directory('~/data')).toBe(join(home, 'data'));
  });

  test('--config reads that file instead of the project file', async () => {
    await inProject('.deadzonerc', 'backfill: { chunkSize: 7 }');
    await inProject('other.yaml', 'backfill: { chunkSize: 8 }');
    expect((await resolve({ file: 'other.yaml' })).values.backfill.chunkSize).toBe(8);
    expect(await refusal({ file: 'none.yaml' })).toMatchObject({ code: 'config_not_found', exitCode: 2 });
  });

  test('the GraphQL endpoint follows the REST base', async () => {
    await inProject('.deadzonerc', 'github: { apiUrl: "https://ghe.example/api/v3/" }');
    const { values, provenance } = await resolve();
    expect(values.github.apiUrl).toBe('https://ghe.example/api/v3');
    expect(values.github.graphqlUrl).toBe('https://ghe.example/api/graphql');
    expect(provenance['github.graphqlUrl']).toEqual({ kind: 'default', of: 'github.apiUrl' });
  });
});

describe('refusals name file, key, value and remedy', () => {
  test.each([
    ['backfill: { chunkSize: many }', 'backfill.chunkSize must be a whole number from 1 to 100, not "many"'],
    ['actions: { repository: acme }', 'actions.repository must be OWNER/REPO, not "acme"'],
    [
      'actions: { tokenSecret: GITHUB_PAT }',
      'actions.tokenSecret must consist of letters, digits and _, and start neither with a digit nor with GITHUB_, not "GITHUB_PAT"',
    ],
    ['backfill: { chunkSize: 0 }', 'backfill.chunkSize must be a whole number from 1 to 100, not 0'],
    ['backfill: { chunkSize: 2.5 }', 'backfill.chunkSize must be a whole number from 1 to 100, not 2.5'],
    ['backfill: { reserve: 95% }', 'backfill.reserve must be a percentage from "0%" to "90%" or a whole number'],
    ['docs: { allowPrivateHosts: [http://inside] }', 'docs.allowPrivateHosts must be a list of hosts'],
    ['backfill: { only: [files, pictures] }', 'backfill.only must be a list of files, reviews'],
    ['backfill: 5', 'backfill must be a map of settings, not 5'],
    ['[1, 2]', 'must be a map of settings'],
    ['store: { url: "ftp://x" }', 'store.url must be a URL with http or https, not "ftp://x"'],
    ['github: { apiUrl: "http://example.com" }', 'github.apiUrl must use https'],
    ['backfill: { chunksize: 5 }', 'backfill.chunksize is not a setting; did you mean backfill.chunkSize?'],
    ['backfil: { chunkSize: 5 }', 'backfil is not a setting; did you mean backfill?'],
    ['chunkSize: 5', 'chunkSize is not a setting; did you mean backfill.chunkSize?'],
    ['zzz: 5', 'zzz is not a setting; known are store.directory'],
  ])('%s', async (content, message) => {
    await inProject('.deadzonerc', content);
    const error = await refusal();
    expect(error).toMatchObject({ code: 'config_invalid', exitCode: 2 });
    expect(error.message).toContain(join(project, '.deadzonerc'));
    expect(error.message).toContain(message);
    expect(error.nextSteps.length).toBeGreaterThan(0);
  });

  test('all problems of a file at once', async () => {
    await inProject('.deadzonerc', 'backfill: { chunkSize: 0, maxMinutes: soon }');
    const { message } = await refusal();
    expect(message).toContain('2 problems');
    expect(message).toContain('backfill.chunkSize');
    expect(message).toContain('backfill.maxMinutes');
  });

  test.each([
    ['.deadzonerc', 'backfill:\n  chunkSize: [1\n', /\.deadzonerc:\d+:\d+ is not valid YAML/],
    ['.deadzonerc.yaml', 'a: 1\n b: 2\n', /\.deadzonerc\.yaml:1:\d+ is not valid YAML/],
    ['.deadzonerc.json', '{\n  "backfill": {"chunkSize": 5,}\n}', /\.deadzonerc\.json:2:\d+ is not valid JSON/],
    ['.deadzonerc.json', '{"backfill": ', /\.deadzonerc\.json:1:\d+ is not valid JSON/],
    ['.deadzonerc.json', 'hello', /\.deadzonerc\.json:1:\d+ is not valid JSON/],
  ])('a syntax error in %s has line and column: %j', async (name, content, message) => {
    await inProject(name, content);
    const error = await refusal();
    expect(error).toMatchObject({ code: 'config_syntax', exitCode: 2 });
    expect(error.message).toMatch(message);
  });

  test('a script that throws names itself', async () => {
    await inProject('deadzone.config.mjs', 'throw new Error("no such thing")');
    const error = await refusal();
    expect(error).toMatchObject({ code: 'config_unreadable', exitCode: 2 });
    expect(error.message).toContain('deadzone.config.mjs cannot be read: no such thing');
  });

  test('values from flags and the environment name their source', async () => {
    const env = await refusal({ env: { DEADZONE_BACKFILL_CHUNK_SIZE: '500' } });
    expect(env.message).toBe('DEADZONE_BACKFILL_CHUNK_SIZE must be a whole number from 1 to 100, not "500"');
    const flag = await refusal({ flags: { 'store.url': { name: '--url', value: 'nonsense' } } });
    expect(flag.message).toBe('--url must be a URL with http or https, not "nonsense"');
  });

  test.each(PATH_SETTINGS)('%s is taken as it is typed, which is what its schema would make of it', async (key) => {
    const typed = { name: '--path', value: ' /some where/else.db ' };
    const { provenance } = await resolve({ flags: { [key]: typed } });
    expect(provenance[key]).toEqual({ kind: 'flag', name: '--path' });
    expect(settingFrom(key, typed.value, typed.name)).toBe('/some where/else.db');
    const empty = await refusal({ flags: { [key]: { name: '--path', value: ' ' } } });
    expect(empty.message).toMatch(/^--path must be the path of a (?:file|folder), not " "$/);
  });

  test.each(['http://localhost:54321', 'http://127.0.0.1:1', 'http://[::1]:9'])(
    'plain http is allowed for %s',
    async (url) => {
      expect((await resolve({ env: { SUPABASE_URL: url } })).values.store.url).toBe(url);
    },
  );
});

describe('secrets in a file are refused and not repeated', () => {
  const jwt = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"role":"service_role"}').toString('base64url')}.c2lnbmF0dXJl`;
  test.each([
    'github: { token: hunter2hunter2 }',
    'github_token: hunter2hunter2',
    'store: { serviceKey: hunter2hunter2 }',
    'store: { service_role_key: hunter2hunter2 }',
    'password: hunter2hunter2',
    'store: { url: "https://user:hunter2hunter2@example.com" }',
    `store: { directory: ghp_${'hunter2hunter2'.repeat(3)} }`,
    `store: { directory: ${jwt} }`,
  ])('%s', async (content) => {
    await inProject('.deadzonerc', content);
    const error = await refusal();
    expect(error).toMatchObject({ code: 'config_secret', exitCode: 2 });
    expect(error.message).toContain(join(project, '.deadzonerc'));
    expect(error.message).toContain('environment only');
    expect(`${error.message}${error.nextSteps.join()}`).not.toMatch(/hunter2|c2lnbmF0dXJl/);
  });
});

test('the kinds that can be chosen are kinds that progress knows; review comments come with the reviews', () => {
  const kinds: readonly ChildKind[] = CHILD_KINDS;
  const known: Readonly<Record<ChildKind, boolean>> = {
    files: true,
    reviews: true,
    review_comments: false,
    comments: true,
    commits: true,
  };
  expect(kinds.filter((kind) => !known[kind])).toEqual([]);
  expect(kinds).toHaveLength(Object.values(known).filter(Boolean).length);
});
