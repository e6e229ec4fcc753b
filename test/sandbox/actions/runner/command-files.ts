/**
 * Reads what a step wrote to `$GITHUB_OUTPUT` or `$GITHUB_ENV`: lines `name=value`, or `name<<DELIMITER`, lines,
 * `DELIMITER`.
 * @throws Error in the runner's words for anything else.
 */
export function parseCommandFile(text: string, kind: 'output' | 'env'): Record<string, string> {
  const values: Record<string, string> = {};
  const failed = (reason: string) => new Error(`Unable to process file command '${kind}' successfully. ${reason}`);
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      values[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    if (heredoc <= 0) throw failed(`Invalid format '${line}'`);
    const delimiter = line.slice(heredoc + 2);
    const end = lines.indexOf(delimiter, index + 1);
    if (delimiter === '' || end < 0) throw failed(`Matching delimiter not found '${delimiter}'`);
    values[line.slice(0, heredoc)] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return values;
}
