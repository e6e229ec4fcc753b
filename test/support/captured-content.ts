/** Runs one SQL statement without parameters on the database under test, past the API. */
export type Query = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** Rows and MD5 of a table's content, by table. Two captures of the same repository have the same. */
export type CapturedContent = Readonly<Record<string, { readonly rows: number; readonly md5: string }>>;

const ACTOR = (column: string) => `(select actor_key from contributors where id = t.${column})`;

/** The tables of what is captured, with what stands in the place of identity columns. */
const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  repositories: {},
  contributors: {},
  pull_requests: {
    author: ACTOR('author_id'),
    merged_by: ACTOR('merged_by_id'),
    gone: '(t.gone_at is not null)',
    captured_kinds: '(select jsonb_agg(k order by k) from unnest(t.captured_kinds) k)',
  },
  pull_request_files: {},
  reviews: { author: ACTOR('author_id') },
  comments: { author: ACTOR('author_id') },
  commits: { author: ACTOR('author_id'), committer: ACTOR('committer_id') },
  pull_request_commits: {},
};

/** Our own timestamps, and identity numbers that depend on the order in which rows came. */
const OURS = `'{id,captured_at,gone_at,author_id,merged_by_id,committer_id}'::text[]`;

/** What a database holds of GitHub: every column of every captured table but our own timestamps and identity numbers. */
export async function capturedContent(query: Query): Promise<CapturedContent> {
  const tables = Object.entries(TABLES).map(([table, columns]) => {
    const added = Object.entries(columns).map(([name, expression]) => `'${name}', ${expression}`);
    return `select '${table}' as name, count(*)::integer as rows,
      md5(coalesce(string_agg(content, e'\\n' order by content collate "C"), '')) as md5
      from (select (to_jsonb(t) - ${OURS} || jsonb_build_object(${added.join(', ')}))::text as content from ${table} t) c`;
  });
  const rows = await query(tables.join('\nunion all\n'));
  return Object.fromEntries(
    rows.map(({ name, rows: count, md5 }) => [String(name), { rows: Number(count), md5: String(md5) }]),
  );
}
