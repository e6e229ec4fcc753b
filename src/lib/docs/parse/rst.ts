import type { Section } from './section.ts';
import { SectionList } from './section-list.ts';
import { trimSpace } from './white-space.ts';

const UNDERLINE = /^([=\-~^"'_*+#:.<>])\1{2,}$/;
const LABEL = /^[\t\n\f\r ]*\.\. _[^:]+:[\t\n\f\r ]*$/;
const CODE_DIRECTIVE = /^([\t\n\f\r ]*)\.\. (?:code-block|sourcecode|code)::/;
const ROLE = /:[a-zA-Z][\w:+-]*:`([^`]+)`/g;
const TAB_COLUMNS = 8;

/**
 * Cuts reStructuredText at its underlined headings, all of one level; the text before the first is titled `sourceName`.
 * Roles become the text that they show and labels are left out, except in literal blocks, which stay as they are.
 */
export function parseRst(text: string, sourceName: string): Section[] {
  const list = new SectionList();
  const lines = text.split('\n');
  let title = sourceName;
  /** Columns by which the lines of the literal block that we are in are indented more; undefined outside of one. */
  let literalBase: number | undefined;

  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (literalBase !== undefined) {
      if (trimSpace(line) === '' || leadingColumns(line) > literalBase) {
        list.addLine(line);
        continue;
      }
      literalBase = undefined;
    }
    if (isHeading(line, lines[index + 1])) {
      list.endSection(title);
      title = withoutRoles(trimSpace(line));
      index++;
      continue;
    }
    if (LABEL.test(line)) continue;
    const directive = CODE_DIRECTIVE.exec(line);
    if (directive) {
      literalBase = (directive[1] ?? '').length;
      list.addLine(line);
      continue;
    }
    if (announcesLiteral(line)) literalBase = leadingColumns(line);
    list.addLine(withoutRoles(line));
  }
  list.endSection(title);
  return list.sections();
}

/** An underline may be two bytes shorter than its title. */
function isHeading(line: string, next: string | undefined): boolean {
  if (next === undefined) return false;
  const underline = withoutTrailingBlanks(next);
  const title = trimSpace(line);
  return title !== '' && UNDERLINE.test(underline) && underline.length + 2 >= Buffer.byteLength(title);
}

function announcesLiteral(line: string): boolean {
  return withoutTrailingBlanks(line).endsWith('::') && !trimSpace(line).startsWith('..');
}

function withoutRoles(line: string): string {
  return line.replace(ROLE, (_, target: string) => {
    const label = target.lastIndexOf('<');
    return label > 0 && target.endsWith('>') ? trimSpace(target.slice(0, label)) : target;
  });
}

function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--;
  return line.slice(0, end);
}

function leadingColumns(line: string): number {
  let columns = 0;
  for (const character of line) {
    if (character === ' ') columns++;
    else if (character === '\t') columns += TAB_COLUMNS;
    else break;
  }
  return columns;
}
