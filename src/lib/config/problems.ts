import type { z } from 'zod';
import { didYouMean } from '../did-you-mean.ts';
import { OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { looksLikeSecret } from '../redact.ts';
import { isSettingKey, SETTING_KEYS, SETTINGS } from './settings.ts';

/** Key names that promise a credential, in any spelling: `token`, `serviceKey`, `service_role_key`, `api-key` ... */
const SECRET_KEY = /token|secret|passw(or)?d|credential|(api|service|role|private|access|anon)[_-]?key/i;

/**
 * Refuses a configuration file that holds a credential, by key name or by the shape of a value. The value is not named.
 *
 * @throws OperatorError `config_secret`, exit 2
 */
export function refuseSecrets(file: string, config: unknown, path: readonly string[] = []): void {
  if (typeof config === 'string' && looksLikeSecret(config)) throw secretRefused(file, path.join('.'));
  if (config === null || typeof config !== 'object') return;
  for (const [key, value] of Object.entries(config)) {
    const at = [...path, key];
    if (SECRET_KEY.test(key) && !isSettingKey(at.join('.'))) throw secretRefused(file, at.join('.'));
    refuseSecrets(file, value, at);
  }
}

function secretRefused(file: string, key: string): OperatorError {
  return new OperatorError(`${file}: ${key} holds a secret, and secrets are read from the environment only`, {
    code: 'config_secret',
    exitCode: EXIT.usage,
    nextSteps: [
      `remove ${key} from the file; if the file was ever shared or committed, revoke that secret`,
      'set GITHUB_TOKEN, or SUPABASE_SERVICE_KEY, in the environment instead',
    ],
  });
}

/**
 * The error for a file whose content does not satisfy the schema: names file, key, what is wrong, the value, and the
 * key that was probably meant.
 */
export function invalidFile(file: string, config: unknown, error: z.ZodError): OperatorError {
  const problems = error.issues.flatMap((issue) => problemsOf(issue, config));
  const [first = 'is not valid', ...rest] = problems;
  const message =
    rest.length === 0
      ? `${file}: ${first}`
      : `${file} has ${problems.length} problems:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
  return new OperatorError(message, {
    code: 'config_invalid',
    exitCode: EXIT.usage,
    nextSteps: [`correct ${file}; .deadzonerc.example, which \`capture-cli init\` writes, documents every key`],
    cause: error,
  });
}

/** The error for one value from a flag or an environment variable. `source` is `--store` or `SUPABASE_URL`. */
export function invalidValue(source: string, given: string, error: z.ZodError): OperatorError {
  const shown = looksLikeSecret(given) ? '' : `, not ${JSON.stringify(given)}`;
  return new OperatorError(`${source} ${error.issues[0]?.message ?? 'is not valid'}${shown}`, {
    code: 'setting_invalid',
    exitCode: EXIT.usage,
    nextSteps: [`correct ${source}, or leave it out`],
    cause: error,
  });
}

function problemsOf(issue: z.core.$ZodIssue, config: unknown): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key].join('.')));
  const key = path.filter((part) => !/^\d+$/.test(part)).join('.');
  if (key === '') return [issue.message];
  const value = valueAt(config, path);
  return [`${key} ${issue.message}, not ${JSON.stringify(value) ?? String(value)}`];
}

function unknownKey(key: string): string {
  const byName = new Map<string, string>(SETTING_KEYS.map((known) => [lastPart(known), known]));
  const sections = [...new Set(SETTING_KEYS.map((known) => known.split('.')[0] ?? known))];
  const suggestion =
    didYouMean(key, key.includes('.') ? SETTING_KEYS : sections) ??
    byName.get(lastPart(key)) ??
    byName.get(didYouMean(lastPart(key), [...byName.keys()]) ?? '');
  const help = suggestion ? `; did you mean ${suggestion}?` : `; known are ${Object.keys(SETTINGS).join(', ')}`;
  return `${key} is not a setting${help}`;
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

function valueAt(config: unknown, path: readonly string[]): unknown {
  let value = config;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return value;
}
