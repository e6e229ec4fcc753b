import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A schema of one table, small enough to see through, that exercises what the store promises to any schema. */
const NOTES = `
create table public.notes (id bigint primary key, body text not null, taken_by text);
alter table public.notes enable row level security;

create function public.note_put(p_id bigint, p_body text) returns bigint language sql as $$
  insert into public.notes (id, body) values (p_id, p_body) on conflict (id) do update set body = excluded.body returning id;
$$;

create function public.note_ids() returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(id order by id), '[]') from public.notes;
$$;

create function public.note_take(p_worker text) returns bigint language sql as $$
  update public.notes set taken_by = p_worker
  where id = (select id from public.notes where taken_by is null order by id for update skip locked limit 1)
  returning id;
$$;

create function public.note_refuse(p_code text) returns void language plpgsql as $$
begin
  raise exception 'refused on purpose' using errcode = p_code, detail = 'the detail', hint = 'the hint';
end $$;

create function public.note_wait(p_seconds double precision) returns text language plpgsql as $$
begin
  perform pg_sleep(p_seconds);
  return 'waited';
end $$;
`;

export const FIRST_NOTE_MIGRATION = '20260101000000';

/**
 * Writes the note schema as a migrations directory. `later` are further, empty migrations by version, for stores of a
 * newer version.
 */
export async function writeNoteMigrations(directory: string, later: readonly string[] = []): Promise<string> {
  await mkdir(directory, { recursive: true });
  await writeFile(
    join(directory, `${FIRST_NOTE_MIGRATION}_notes.sql`),
    `${NOTES}${versionFunction(FIRST_NOTE_MIGRATION)}`,
  );
  for (const version of later) await writeFile(join(directory, `${version}_later.sql`), versionFunction(version));
  return directory;
}

function versionFunction(version: string): string {
  return `
create or replace function public.capture_schema_version() returns text language sql immutable as $$ select '${version}' $$;
`;
}
