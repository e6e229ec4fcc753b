import { appendFile } from 'node:fs/promises';
import { OperatorError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';

/**
 * Gives values without line breaks to the later steps of a job (docs.github.com, "Workflow commands for GitHub
 * Actions", setting an output parameter).
 *
 * @throws OperatorError `github_output_unset` (exit 2) outside a step of GitHub Actions
 */
export async function appendOutputs(
  env: Readonly<NodeJS.ProcessEnv>,
  outputs: Readonly<Record<string, string>>,
): Promise<void> {
  const file = env['GITHUB_OUTPUT'];
  if (!file) {
    throw new OperatorError('GITHUB_OUTPUT is not set, so there is no file for the outputs of a step', {
      code: 'github_output_unset',
      exitCode: EXIT.usage,
      nextSteps: ['call it in a step of GitHub Actions', 'or print the list instead: capture-cli list --json'],
    });
  }
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`);
  await appendFile(file, lines.join(''));
}
