/**
 * Splits a migration into its statements the way the Supabase CLI records them in `schema_migrations.statements`:
 * at each top-level `;`, without trailing semicolons and surrounding white space, comments kept, empty ones dropped.
 * A `;` inside a quoted string or identifier, a dollar-quoted body or a comment does not split.
 * Rules: github.com/supabase/cli, pkg/parser (Split, SplitAndTrim).
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let start = 0;
  let position = 0;
  const add = (end: number) => {
    const statement = sql.slice(start, end).replace(/;+$/, '').trim();
    if (statement !== '') statements.push(statement);
    start = end;
  };
  while (position < sql.length) {
    const next = endOfToken(sql, position);
    if (sql[position] === ';') add(next);
    position = next;
  }
  add(sql.length);
  return statements;
}

/** Where the token that begins at `position` ends: a whole literal or comment, otherwise one character. */
function endOfToken(sql: string, position: number): number {
  const rest = sql.length;
  switch (sql[position]) {
    case "'":
    case '"':
      return after(sql, sql[position] ?? '', position + 1);
    case '-':
      return sql[position + 1] === '-' ? after(sql, '\n', position) : position + 1;
    case '/':
      return sql[position + 1] === '*' ? endOfBlockComment(sql, position) : position + 1;
    case '$': {
      const tag = dollarTag(sql, position);
      return tag === null ? position + 1 : after(sql, tag, position + tag.length);
    }
    default:
      return Math.min(position + 1, rest);
  }
}

function after(sql: string, mark: string, from: number): number {
  const found = sql.indexOf(mark, from);
  return found < 0 ? sql.length : found + mark.length;
}

/** Block comments nest in PostgreSQL. */
function endOfBlockComment(sql: string, from: number): number {
  let depth = 0;
  for (let position = from; position < sql.length; position += 1) {
    const pair = sql.slice(position, position + 2);
    if (pair === '/*') depth += 1;
    else if (pair === '*/') depth -= 1;
    else continue;
    position += 1;
    if (depth === 0) return position + 1;
  }
  return sql.length;
}

/** The opening `$tag$` at `position`; null for a parameter (`$1`) or a dollar inside an identifier (`a$b$c`). */
function dollarTag(sql: string, position: number): string | null {
  if (position > 0 && /[\w$]/.test(sql[position - 1] ?? '')) return null;
  const match = /^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/.exec(sql.slice(position, position + 130));
  return match ? match[0] : null;
}
