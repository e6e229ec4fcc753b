import { describe, expect, it } from 'vitest';
import { splitStatements } from '../../../src/lib/store/schema/sql-statements.ts';

describe('a migration is split as the Supabase CLI records it', () => {
  it('splits at semicolons, trims, and drops what is empty', () => {
    expect(splitStatements('create table a ();\n\n create table b () ;;\n;')).toEqual([
      'create table a ()',
      'create table b ()',
    ]);
  });

  it('keeps a last statement without a semicolon', () => {
    expect(splitStatements('select 1; select 2')).toEqual(['select 1', 'select 2']);
  });

  it.each([
    ['a quoted string', `select 'a;b', 'it''s;'`],
    ['a quoted identifier', `select "a;b"`],
    ['a dollar-quoted body', 'create function f() returns int language sql as $$ select 1; $$'],
    ['a tagged dollar-quoted body', 'do $body$ begin execute $$ a; b $$; end $body$'],
    ['a line comment', 'select 1 -- one; two\n + 2'],
    ['a nested block comment', 'select /* a; /* b; */ c; */ 1'],
    ['an unfinished string', `select 'a; b`],
  ])('does not split inside %s', (_where, sql) => {
    expect(splitStatements(sql)).toEqual([sql]);
  });

  it('does not take a parameter or a dollar in a name for a quote', () => {
    expect(splitStatements('select $1; select a$b$c; select 3')).toEqual(['select $1', 'select a$b$c', 'select 3']);
  });

  it('loses nothing but white space and semicolons', () => {
    const sql = `-- first\nselect 'x;' as "y;"; do $a$ begin; end $a$; /* last; */`;
    const joined = splitStatements(sql).join('');
    expect(joined.replaceAll(/[\s;]/g, '')).toBe(sql.replaceAll(/[\s;]/g, ''));
  });
});
