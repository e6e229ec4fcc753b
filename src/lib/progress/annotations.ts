/**
 * A warning annotation as a workflow command, without its line end.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function warningAnnotation(title: string, message: string): string {
  return `::warning title=${escapeProperty(title)}::${escapeData(message)}`;
}

/** An error annotation on a place of a file; `file` counts from the root of the repository. Else as `warningAnnotation`. */
export function errorAnnotation(
  place: { readonly file: string; readonly line: number; readonly column: number; readonly title: string },
  message: string,
): string {
  const { file, line, column, title } = place;
  return `::error file=${escapeProperty(file)},line=${line},col=${column},title=${escapeProperty(title)}::${escapeData(message)}`;
}

/**
 * Makes text safe to appear inside a line of a job log: a runner obeys the older `##[command]` form anywhere in a
 * line. (`::command::` counts at the start of a line only, and our lines start with our own words.)
 */
export function defuse(text: string): string {
  return text.replaceAll('##[', '# #[');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
