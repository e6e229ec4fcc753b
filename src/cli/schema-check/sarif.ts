import type { FileFinding } from './file-finding.ts';

/**
 * Findings in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS), for GitHub's code scanning.
 *
 * @param version of this program
 */
export function sarifOf(findings: readonly FileFinding[], version: string): object {
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
                artifactLocation: { uri: encodeURI(file) },
                region: { startLine: line, startColumn: column },
              },
            },
          ],
        })),
      },
    ],
  };
}
