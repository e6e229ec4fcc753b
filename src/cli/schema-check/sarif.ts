import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile } from '../../lib/replace-file.ts';
import { writing } from '../../lib/writing.ts';
import type { CheckedFile, FileFinding } from './file-finding.ts';
import { findingsFromRoot } from './report.ts';

/**
 * Writes findings in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS), for GitHub's code scanning.
 *
 * @param to file or stream
 * @param version of this program
 */
export async function writeSarif(
  to: string | NodeJS.WritableStream,
  checked: readonly CheckedFile[],
  version: string,
): Promise<void> {
  const text = `${JSON.stringify(sarifOf(await findingsFromRoot(checked), version), null, 2)}\n`;
  if (typeof to !== 'string') {
    to.write(text);
    return;
  }
  await writing(to, async () => {
    await mkdir(dirname(to), { recursive: true });
    await replaceFile(to, text);
  });
}

function sarifOf(findings: readonly FileFinding[], version: string): object {
  const rules = [...new Set(findings.map(({ rule }) => rule))].map((id) => ({ id }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'capture-cli', version, rules } },
        results: findings.map(({ rule, message, nextSteps, file, line, column }) => ({
          ruleId: rule,
          level: 'error',
          message: { text: [message, ...nextSteps].join('\n') },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
                region: { startLine: line, startColumn: column },
              },
            },
          ],
        })),
      },
    ],
  };
}
