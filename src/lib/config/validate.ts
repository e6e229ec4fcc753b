import type { ConfigFile } from './files.ts';
import { invalidFile, invalidValue, refuseSecrets } from './problems.ts';
import { FILE_SCHEMA, fromText, SETTING_SCHEMAS } from './schema.ts';
import { SETTING_KEYS, type SettingKey } from './settings.ts';

/**
 * The settings that a file sets.
 *
 * @throws OperatorError `config_secret`, or `config_invalid` with all that is wrong with it
 */
export function settingsIn({ path, content }: ConfigFile): ReadonlyMap<SettingKey, unknown> {
  refuseSecrets(path, content);
  const parsed = FILE_SCHEMA.safeParse(content);
  if (!parsed.success) throw invalidFile(path, content, parsed.error);
  const found = new Map<SettingKey, unknown>();
  for (const [section, settings] of Object.entries(parsed.data)) {
    for (const [name, value] of Object.entries(settings ?? {})) {
      const key = SETTING_KEYS.find((known) => known === `${section}.${name}`);
      if (key && value !== undefined) found.set(key, value);
    }
  }
  return found;
}

/**
 * The value of a setting that was given as text.
 *
 * @param source the flag or environment variable that it came from
 * @throws OperatorError `setting_invalid`
 */
export function settingFrom(key: SettingKey, given: string, source: string): unknown {
  const parsed = SETTING_SCHEMAS[key].safeParse(fromText(key, given));
  if (!parsed.success) throw invalidValue(source, given, parsed.error);
  return parsed.data;
}
