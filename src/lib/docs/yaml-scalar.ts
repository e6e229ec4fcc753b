import { stringify } from 'yaml';

/**
 * A text as a YAML scalar, quoted only where it must be. YAML 1.1 decides, as for Go: `1.14`, `2025-06-18` and `yes`
 * would not be read as text.
 */
export function yamlScalar(text: string): string {
  return stringify(text, { schema: 'yaml-1.1', lineWidth: 0 }).trimEnd();
}
