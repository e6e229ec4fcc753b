import { parseJson, parseYaml } from './parse.ts';
import { settingsIn } from './validate.ts';

/**
 * Checks the settings of a project by the text of their file, YAML or JSON.
 *
 * @throws OperatorError exit 2, naming the place or the key, the value and what it should be
 */
export function checkSettings(path: string, text: string): void {
  const content = path.endsWith('.json') ? parseJson(path, text) : parseYaml(path, text);
  settingsIn({ path, content: content ?? {} });
}
