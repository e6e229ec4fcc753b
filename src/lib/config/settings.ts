/**
 * Every setting: its key in a configuration file, its environment variable and what it means. Plain data without zod,
 * because `--help` prints it and must not load a validator for that.
 */
export interface SettingDefinition {
  /** Standard name where there is one, else `DEADZONE_…`. */
  readonly env: string;
  /** One fragment for `--help`, the example file and `doctor`. */
  readonly summary: string;
  /** The default in words; absent where a setting is unset unless somebody sets it. */
  readonly default?: string;
}

export const SETTINGS = {
  'store.directory': {
    env: 'DEADZONE_STORE_DIRECTORY',
    summary: 'folder of the embedded database',
    default: '.deadzone/store',
  },
  'store.url': { env: 'SUPABASE_URL', summary: 'hosted Supabase to use instead of the embedded database' },
  'github.apiUrl': { env: 'GITHUB_API_URL', summary: "base of GitHub's REST API", default: 'https://api.github.com' },
  'github.graphqlUrl': {
    env: 'GITHUB_GRAPHQL_URL',
    summary: "GitHub's GraphQL endpoint",
    default: 'derived from github.apiUrl',
  },
  'github.requestTimeoutSeconds': {
    env: 'DEADZONE_GITHUB_REQUEST_TIMEOUT_SECONDS',
    summary: 'seconds after which a request to GitHub is given up, 1 to 600',
    default: '30',
  },
  'backfill.chunkSize': {
    env: 'DEADZONE_BACKFILL_CHUNK_SIZE',
    summary: 'pull requests of ordinary size in a chunk, 1 to 100',
    default: '25',
  },
  'backfill.reserve': {
    env: 'DEADZONE_BACKFILL_RESERVE',
    summary: 'share of the GitHub rate limit that is left for others: a percentage or a number of points',
    default: '10%',
  },
  'backfill.only': {
    env: 'DEADZONE_BACKFILL_ONLY',
    summary: 'kinds of children to capture: files, reviews (with their comments), comments, commits',
    default: 'all of them',
  },
  'backfill.maxMinutes': {
    env: 'DEADZONE_BACKFILL_MAX_MINUTES',
    summary: 'minutes after which a backfill stops and can be resumed',
  },
  'backfill.leaseSeconds': {
    env: 'DEADZONE_BACKFILL_LEASE_SECONDS',
    summary: 'seconds after which the chunk of a worker that shows no sign of life is given to another, 2 to 3600',
    default: '90',
  },
  'actions.repository': {
    env: 'DEADZONE_ACTIONS_REPOSITORY',
    summary: 'repository whose GitHub Actions run the workflows, as OWNER/REPO',
  },
  'actions.tokenSecret': {
    env: 'DEADZONE_ACTIONS_TOKEN_SECRET',
    summary: 'name of the Actions secret with a GitHub token; where it is not set, the token of the run is used',
    default: 'CAPTURE_GITHUB_TOKEN',
  },
  'actions.appIdVariable': {
    env: 'DEADZONE_ACTIONS_APP_ID_VARIABLE',
    summary: 'name of the Actions variable with the id of a GitHub App, which goes before a token',
    default: 'CAPTURE_APP_ID',
  },
  'actions.privateKeySecret': {
    env: 'DEADZONE_ACTIONS_PRIVATE_KEY_SECRET',
    summary: 'name of the Actions secret with the private key of that App',
    default: 'CAPTURE_APP_PRIVATE_KEY',
  },
  'actions.installationIdVariable': {
    env: 'DEADZONE_ACTIONS_INSTALLATION_ID_VARIABLE',
    summary: 'name of the Actions variable with the id of its installation, for an App that has more than one',
    default: 'CAPTURE_APP_INSTALLATION_ID',
  },
  'actions.owner': {
    env: 'DEADZONE_ACTIONS_OWNER',
    summary: 'account that may run the workflows: under another owner, as in a fork, they do nothing',
  },
  'actions.supabaseUrlSecret': {
    env: 'DEADZONE_ACTIONS_SUPABASE_URL_SECRET',
    summary: 'name of the Actions secret with the address of the hosted Supabase',
    default: 'SUPABASE_URL',
  },
  'actions.supabaseKeySecret': {
    env: 'DEADZONE_ACTIONS_SUPABASE_KEY_SECRET',
    summary: 'name of the Actions secret with its service key',
    default: 'SUPABASE_SERVICE_KEY',
  },
  'actions.scheduleVariable': {
    env: 'DEADZONE_ACTIONS_SCHEDULE_VARIABLE',
    summary: 'name of the Actions variable with the repository, as OWNER/REPO, that the schedule captures',
    default: 'CAPTURE_REPOSITORY',
  },
  'docs.registry': {
    env: 'DEADZONE_DOCS_REGISTRY',
    summary: 'registry of the libraries that the doc pack is made of',
    default: 'libraries_sources.yaml',
  },
  'docs.artifacts': {
    env: 'DEADZONE_DOCS_ARTIFACTS',
    summary: 'folder with one artifact for each library of the doc pack',
    default: 'artifacts',
  },
  'docs.database': {
    env: 'DEADZONE_DOCS_DATABASE',
    summary: 'database that the artifacts are consolidated into',
    default: 'deadzone.db',
  },
  'docs.manifest': {
    env: 'DEADZONE_DOCS_MANIFEST',
    summary: 'record of the doc pack that was released last',
    default: 'artifacts/manifest.yaml',
  },
  'docs.embedder': {
    env: 'DEADZONE_DOCS_EMBEDDER',
    summary: 'what turns documents into vectors: use-lite (offline, in the package), nomic or openai',
    default: 'use-lite',
  },
  'docs.embedWorkers': {
    env: 'DEADZONE_DOCS_EMBED_WORKERS',
    summary: 'threads that embed with use-lite, each with about 150 MB of memory, 1 to 64',
    default: 'as many as processors, at most 4',
  },
  'docs.modelFolder': {
    env: 'DEADZONE_HUGOT_CACHE',
    summary: 'folder of the downloaded models of the embedder nomic, which deadzone shares',
    default: "deadzone/models in the user's cache folder",
  },
  'docs.openaiUrl': {
    env: 'DEADZONE_DOCS_OPENAI_URL',
    summary: 'server of the embedder openai: the address that comes before /embeddings',
    default: 'https://api.openai.com/v1',
  },
  'docs.openaiModel': {
    env: 'DEADZONE_DOCS_OPENAI_MODEL',
    summary: 'model that the embedder openai asks for',
    default: 'text-embedding-3-small',
  },
  'docs.openaiDimensions': {
    env: 'DEADZONE_DOCS_OPENAI_DIMENSIONS',
    summary: 'numbers in a vector that the embedder openai asks for, 1 to 8192',
    default: 'what the model gives',
  },
  'docs.contact': {
    env: 'DEADZONE_DOCS_CONTACT',
    summary: 'address for the operators of documentation hosts, sent in the User-Agent',
    default: 'the page of docs.repository or GITHUB_REPOSITORY',
  },
  'docs.allowPrivateHosts': {
    env: 'DEADZONE_DOCS_ALLOW_PRIVATE_HOSTS',
    summary: 'documentation hosts, as NAME or NAME:PORT, that may have an address inside a private network',
    default: 'none',
  },
  'docs.repository': {
    env: 'DEADZONE_DOCS_REPOSITORY',
    summary: 'repository whose releases the doc pack is published to, as OWNER/REPO',
  },
  'installs.cache': {
    env: 'DEADZONE_INSTALLS_CACHE',
    summary: 'cache file of the install counters; its ledger is beside it',
    default: 'installs-cache.json',
  },
  'installs.npm': { env: 'DEADZONE_INSTALLS_NPM', summary: 'npm packages to count', default: 'none' },
  'installs.pypi': {
    env: 'DEADZONE_INSTALLS_PYPI',
    summary: 'packages of the Python Package Index to count',
    default: 'none',
  },
  'installs.crates': { env: 'DEADZONE_INSTALLS_CRATES', summary: 'Rust crates to count', default: 'none' },
  'installs.organization': {
    env: 'DEADZONE_INSTALLS_ORGANIZATION',
    summary: 'account on GitHub whose repositories are counted',
  },
  'installs.repositories': {
    env: 'DEADZONE_INSTALLS_REPOSITORIES',
    summary: 'names of its repositories to count',
    default: 'all that are not forks, archived or disabled',
  },
  'installs.manual': {
    env: 'DEADZONE_INSTALLS_MANUAL',
    summary: 'file with the counts of GitHub Packages and Maven, which are read by hand',
  },
  'installs.npmApiUrl': {
    env: 'DEADZONE_INSTALLS_NPM_API_URL',
    summary: "base of npm's download counts",
    default: 'https://api.npmjs.org',
  },
  'installs.pypiApiUrl': {
    env: 'DEADZONE_INSTALLS_PYPI_API_URL',
    summary: 'base of the download counts of the Python Package Index',
    default: 'https://pypistats.org/api',
  },
  'installs.cratesApiUrl': {
    env: 'DEADZONE_INSTALLS_CRATES_API_URL',
    summary: 'base of the API of crates.io',
    default: 'https://crates.io/api/v1',
  },
} as const satisfies Readonly<Record<string, SettingDefinition>>;

export type SettingKey = keyof typeof SETTINGS;

export const SETTING_KEYS: readonly SettingKey[] = Object.keys(SETTINGS).filter(isSettingKey);

/** True for a dotted key of `SETTINGS`. */
export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}

/** Variables that are not settings: secrets and conventions. Root help prints them after the settings. */
export const OTHER_ENVIRONMENT_VARIABLES: readonly (readonly [name: string, summary: string])[] = [
  ['GITHUB_TOKEN, GH_TOKEN', 'GitHub token; without one, `gh auth token` is asked'],
  [
    'DEADZONE_APP_ID, DEADZONE_APP_PRIVATE_KEY, DEADZONE_APP_INSTALLATION_ID',
    'GitHub App to work as instead of a token; its tokens are renewed before their hour ends',
  ],
  [
    'SUPABASE_SERVICE_KEY, SUPABASE_SECRET_KEY, SUPABASE_SERVICE_ROLE_KEY',
    'service key of the hosted Supabase; the first that is set is used',
  ],
  ['OPENAI_API_KEY', 'key for the embedder openai'],
  [
    'DEADZONE_AGENT_ENDPOINT, DEADZONE_AGENT_ENDPOINT_MODEL, DEADZONE_AGENT_ENDPOINT_API_KEY',
    'language model that pages of the kind scrape-via-agent go through',
  ],
  ['DEADZONE_SUMDB_BASE', "checksum database of Go modules; Go's own without it"],
  ['DEADZONE_CONFIG', 'configuration file to use instead of the one that is found (--config)'],
  ['NO_COLOR, FORCE_COLOR', 'switch colour off or on; NO_COLOR wins'],
  ['XDG_CONFIG_HOME, XDG_STATE_HOME', 'where the user file and the error logs are'],
];

/** The kinds of children that `backfill.only` chooses from. */
export const CHILD_KINDS = ['files', 'reviews', 'comments', 'commits'] as const;

/** The embedders that `docs.embedder` chooses from. */
export const EMBEDDERS = ['use-lite', 'nomic', 'openai'] as const;
