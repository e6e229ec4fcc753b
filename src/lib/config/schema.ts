import { z } from 'zod';
import { CHILD_KINDS, EMBEDDERS, SETTING_KEYS, type SettingKey } from './settings.ts';

/** What a backfill leaves of a budget for others: a share of the limit, or a number of units (points, requests). */
export type Reserve =
  | { readonly kind: 'percent'; readonly value: number }
  | { readonly kind: 'units'; readonly value: number };

export type ChildKindSetting = (typeof CHILD_KINDS)[number];
export type EmbedderSetting = (typeof EMBEDDERS)[number];

/** Settings after validation. Paths are absolute; a setting that nobody set and that has no default is undefined. */
export interface Settings {
  readonly store: { readonly directory: string; readonly url: string | undefined };
  readonly github: { readonly apiUrl: string; readonly graphqlUrl: string; readonly requestTimeoutSeconds: number };
  readonly backfill: {
    readonly chunkSize: number;
    readonly reserve: Reserve;
    readonly only: readonly ChildKindSetting[] | undefined;
    readonly maxMinutes: number | undefined;
    readonly leaseSeconds: number;
  };
  readonly actions: {
    readonly repository: string | undefined;
    readonly tokenSecret: string;
    readonly appIdVariable: string;
    readonly privateKeySecret: string;
    readonly installationIdVariable: string;
    /** Undefined for any. */
    readonly owner: string | undefined;
    readonly supabaseUrlSecret: string;
    readonly supabaseKeySecret: string;
    readonly scheduleVariable: string;
  };
  readonly docs: {
    readonly registry: string;
    readonly artifacts: string;
    readonly database: string;
    readonly manifest: string;
    readonly embedder: EmbedderSetting;
    /** Undefined for as many as suit the machine. */
    readonly embedWorkers: number | undefined;
    /** Absolute; undefined for the user's cache folder. */
    readonly modelFolder: string | undefined;
    readonly openaiUrl: string;
    readonly openaiModel: string;
    readonly openaiDimensions: number | undefined;
    readonly contact: string | undefined;
    /** `name` or `name:port`, lower case. */
    readonly allowPrivateHosts: readonly string[];
    /** OWNER/REPO. */
    readonly repository: string | undefined;
  };
  readonly installs: {
    readonly cache: string;
    readonly npm: readonly string[];
    readonly pypi: readonly string[];
    readonly crates: readonly string[];
    readonly organization: string | undefined;
    /** Undefined for every repository of the organization that is its own work. */
    readonly repositories: readonly string[] | undefined;
    /** Undefined where nothing is counted by hand. */
    readonly manual: string | undefined;
    readonly npmApiUrl: string;
    readonly pypiApiUrl: string;
    readonly cratesApiUrl: string;
  };
}

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

const httpUrl = z
  .string('must be a URL')
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'must be a URL with http or https')
  .refine((text) => {
    if (!URL.canParse(text)) return true;
    const url = new URL(text);
    return url.protocol !== 'http:' || LOOPBACK_HOSTS.has(url.hostname);
  }, 'must use https: plain http would send the token in the clear, and is allowed on localhost only')
  .transform((text) => text.replace(/\/+$/, ''));

const wholeNumber = (min: number, max: number): z.ZodNumber => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.number(message).int(message).min(min, message).max(max, message);
};

const RESERVE_MESSAGE = 'must be a percentage from "0%" to "90%" or a whole number of points';

const reserve = z.union([z.string(), z.number()], RESERVE_MESSAGE).transform((given, context): Reserve => {
  const parsed = parseReserve(String(given));
  if (parsed) return parsed;
  context.addIssue({ code: 'custom', message: RESERVE_MESSAGE });
  return z.NEVER;
});

function parseReserve(text: string): Reserve | undefined {
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1];
  if (percent !== undefined) {
    const value = Number(percent);
    return value <= 90 ? { kind: 'percent', value } : undefined;
  }
  return /^\d{1,9}$/.test(text.trim()) ? { kind: 'units', value: Number(text) } : undefined;
}

const ONLY_MESSAGE = `must be a list of ${CHILD_KINDS.join(', ')}`;

const childKinds = z
  .union([z.array(z.string(ONLY_MESSAGE)), z.string()], ONLY_MESSAGE)
  .transform((given) => (typeof given === 'string' ? given.split(',').map((kind) => kind.trim()) : given))
  .pipe(z.array(z.enum(CHILD_KINDS, ONLY_MESSAGE)).min(1, ONLY_MESSAGE))
  .transform((kinds) => [...new Set(kinds)]);

const HOSTS_MESSAGE = 'must be a list of hosts, each NAME or NAME:PORT';

const hosts = z
  .union([z.array(z.string(HOSTS_MESSAGE)), z.string()], HOSTS_MESSAGE)
  .transform((given) => (typeof given === 'string' ? given.split(',') : given).map((host) => host.trim().toLowerCase()))
  .pipe(z.array(z.string().regex(/^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/, HOSTS_MESSAGE)));

const text = (message: string): z.ZodString => z.string(message).min(1, message);

/** docs.github.com, "Secrets reference", naming your secrets; variables follow the same rules. */
const actionsName = z
  .string('must be the name of a secret or a variable of GitHub Actions')
  .regex(
    /^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i,
    'must consist of letters, digits and _, and start neither with a digit nor with GITHUB_',
  );

const repositoryName = z
  .string('must be OWNER/REPO')
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/, 'must be OWNER/REPO');

const accountName = z
  .string('must be the name of an account')
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, 'must be the name of an account on GitHub');

const NAMES_MESSAGE = 'must be a list of names';

/** Names of packages or repositories. They become parts of addresses. */
const names = z
  .union([z.array(z.string(NAMES_MESSAGE)), z.string()], NAMES_MESSAGE)
  .transform((given) => (typeof given === 'string' ? given.split(',').map((name) => name.trim()) : given))
  .pipe(z.array(z.string().regex(/^(?:@[\w.-]+\/)?[\w.-]+$/, 'must be names of letters, digits, ., _ and -')))
  .transform((list) => [...new Set(list)]);

/** It becomes part of an HTTP header: RFC 9110, section 5.5. */
const headerText = z
  .string('must be text')
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'must be one line of plain ASCII');

/** How one value of each setting is checked, wherever it comes from. Issues read `<key> <message>`. */
export const SETTING_SCHEMAS = {
  'store.directory': text('must be the path of a folder'),
  'store.url': httpUrl,
  'github.apiUrl': httpUrl,
  'github.graphqlUrl': httpUrl,
  'github.requestTimeoutSeconds': wholeNumber(1, 600),
  'backfill.chunkSize': wholeNumber(1, 100),
  'backfill.reserve': reserve,
  'backfill.only': childKinds,
  'backfill.maxMinutes': wholeNumber(1, 7 * 24 * 60),
  'backfill.leaseSeconds': wholeNumber(2, 3_600),
  'actions.repository': repositoryName,
  'actions.tokenSecret': actionsName,
  'actions.appIdVariable': actionsName,
  'actions.privateKeySecret': actionsName,
  'actions.installationIdVariable': actionsName,
  'actions.owner': accountName,
  'actions.supabaseUrlSecret': actionsName,
  'actions.supabaseKeySecret': actionsName,
  'actions.scheduleVariable': actionsName,
  'docs.registry': text('must be the path of a file'),
  'docs.artifacts': text('must be the path of a folder'),
  'docs.database': text('must be the path of a file'),
  'docs.manifest': text('must be the path of a file'),
  'docs.embedder': z.enum(EMBEDDERS, `must be one of ${EMBEDDERS.join(', ')}`),
  'docs.embedWorkers': wholeNumber(1, 64),
  'docs.modelFolder': text('must be the path of a folder'),
  'docs.openaiUrl': httpUrl,
  'docs.openaiModel': text('must be the name of a model'),
  'docs.openaiDimensions': wholeNumber(1, 8_192),
  'docs.contact': headerText,
  'docs.allowPrivateHosts': hosts,
  'docs.repository': repositoryName,
  'installs.cache': text('must be the path of a file'),
  'installs.npm': names,
  'installs.pypi': names,
  'installs.crates': names,
  'installs.organization': accountName,
  'installs.repositories': names,
  'installs.manual': text('must be the path of a file'),
  'installs.npmApiUrl': httpUrl,
  'installs.pypiApiUrl': httpUrl,
  'installs.cratesApiUrl': httpUrl,
} as const satisfies Readonly<Record<SettingKey, z.ZodType>>;

/** A configuration file: sections of settings, all optional, nothing else. */
export const FILE_SCHEMA = mapOf(
  Object.fromEntries(
    Object.entries(Object.groupBy(SETTING_KEYS, (key) => key.slice(0, key.indexOf('.')))).map(
      ([section, keys = []]) => [
        section,
        mapOf(Object.fromEntries(keys.map((key) => [key.slice(section.length + 1), SETTING_SCHEMAS[key]]))).optional(),
      ],
    ),
  ),
);

function mapOf<Schema extends z.ZodType>(shape: Readonly<Record<string, Schema>>) {
  return z
    .strictObject(shape, {
      error: (issue) => (issue.code === 'invalid_type' ? 'must be a map of settings' : undefined),
    })
    .partial();
}

/** Text from a flag or an environment variable as the type that the setting's schema expects. */
export function fromText(key: SettingKey, given: string): unknown {
  const value = given.trim();
  const schema: z.ZodType = SETTING_SCHEMAS[key];
  return schema instanceof z.ZodNumber && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
