import { parseJson, parseYaml } from './parse.ts';
import { invalidFile, refuseSecrets } from './problems.ts';
import { FILE_SCHEMA } from './schema.ts';

/**
 * Checks the settings of a project by the text of their file, YAML or JSON.
 *
 * @throws OperatorError exit 2, naming the place or the key, the value and what it should be
 */
export function checkSettings(path: string, text: string): void {
  const content = (path.endsWith('.json') ? parseJson(path, text) : parseYaml(path, text)) ?? {};
  refuseSecrets(path, content);
  const parsed = FILE_SCHEMA.safeParse(content);
  if (!parsed.success) throw invalidFile(path, content, parsed.error);
}
