import { appendFile, stat } from 'node:fs/promises';

/** docs.github.com, "Workflow commands", step isolation and limits: beyond it nothing of the step's summary is shown. */
export const MAX_SUMMARY_BYTES = 1024 * 1024;

const CUT_NOTE = '\n\n_Cut here: a summary may have 1 MiB. The log of this step has the rest._\n';

/**
 * Appends Markdown to the summary of a step, the file that GITHUB_STEP_SUMMARY names. The file never grows beyond
 * `limit` bytes: what does not fit is cut at a line end, with a note in its place.
 */
export async function appendStepSummary(file: string, markdown: string, limit = MAX_SUMMARY_BYTES): Promise<void> {
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  await appendFile(file, cutMarkdown(markdown.endsWith('\n') ? markdown : `${markdown}\n`, limit - size));
}

/** The whole lines of `markdown` that fit into `limit` bytes of UTF-8 together with the note that says they were cut. */
export function cutMarkdown(markdown: string, limit: number): string {
  const bytes = Buffer.from(markdown);
  if (bytes.length <= limit) return markdown;
  const room = limit - Buffer.byteLength(CUT_NOTE);
  if (room < 0) return '';
  // A line feed never is a part of another character in UTF-8.
  return bytes.subarray(0, Math.max(0, bytes.lastIndexOf('\n', room))).toString() + CUT_NOTE;
}
