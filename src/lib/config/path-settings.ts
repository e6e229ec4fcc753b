import type { SettingKey } from './settings.ts';

/**
 * Settings that are paths: from a file they are relative to it, typed they are relative to the working folder. Any text
 * is a path, unless it is empty.
 */
export const PATH_SETTINGS = [
  'store.directory',
  'docs.registry',
  'docs.artifacts',
  'docs.database',
  'docs.manifest',
  'docs.modelFolder',
  'installs.cache',
  'installs.manual',
] as const satisfies readonly SettingKey[];

export type PathKey = (typeof PATH_SETTINGS)[number];

export function isPathSetting(key: SettingKey): key is PathKey {
  return PATH_SETTINGS.some((path) => path === key);
}
