import { appendStepSummary } from '../lib/actions/step-summary.ts';

/** Appends Markdown to the summary of the step that this process is; nothing outside GitHub Actions. */
export async function summarize(env: Readonly<NodeJS.ProcessEnv>, markdown: string): Promise<void> {
  const file = env['GITHUB_STEP_SUMMARY'];
  if (file) await appendStepSummary(file, markdown);
}
