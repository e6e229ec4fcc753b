/**
 * The line of a field in the text of a cache file, from 1; 1 where it is not there.
 *
 * @param field dotted path, as in findings: `clonesByRepo.docs.count`. Names of packages may have dots themselves.
 */
export function fieldLine(text: string, field: string | undefined): number {
  if (field === undefined) return 1;
  const [map = '', ...rest] = field.split('.');
  const member = map === 'clonesByRepo' ? rest.splice(-1) : [];
  let at = 0;
  for (const name of [map, rest.join('.'), ...member]) {
    if (name === '') continue;
    const found = text.indexOf(`${JSON.stringify(name)}:`, at);
    if (found === -1) break;
    at = found;
  }
  return text.slice(0, at).split('\n').length;
}
