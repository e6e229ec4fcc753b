-- How a backfill stands, and its work queue. Counts are derived from these rows, never incremented beside them.

create table public.progressive_backfill_state (
  id uuid primary key default gen_random_uuid(),
  repository_id bigint not null references public.repositories on delete cascade,
  status text not null default 'active'
    check (status in ('active', 'paused', 'completed', 'completed_with_gaps', 'failed', 'cancelled')),
  pause_reason text check (pause_reason in ('user', 'rate_limit', 'superseded')),
  -- When a rate-limit pause ends by itself. A user's pause never does.
  resume_after timestamptz,
  kinds text[] not null,
  since timestamptz,
  -- True: capture every pull request again, changed or not (--fresh).
  recapture boolean not null default false,
  chunk_size integer not null,
  -- GitHub's pullRequests.totalCount when it was last asked.
  total_prs integer not null,
  -- GitHub's newest updated_at when this was opened: what changed since is captured again before the end.
  watermark timestamptz,
  enumeration_cursor text,
  enumerated integer not null default 0,
  unchanged integer not null default 0,
  enumeration_done boolean not null default false,
  -- One worker at a time enumerates or audits.
  coordinator text,
  coordinator_token bigint not null default 0,
  coordinator_expires_at timestamptz,
  gaps jsonb not null default '[]',
  last_error text,
  started_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz
);
-- One unfinished backfill for a repository; the finished ones are its history.
create unique index progressive_backfill_state_unfinished
  on public.progressive_backfill_state (repository_id) where status in ('active', 'paused');

create table public.backfill_chunks (
  id bigint generated always as identity primary key,
  state_id uuid not null references public.progressive_backfill_state on delete cascade,
  chunk_number integer not null,
  kind text not null check (kind in ('pull_requests', 'review_comments')),
  status text not null default 'pending' check (status in ('pending', 'processing', 'completed', 'failed')),
  items integer not null,
  first_number integer not null,
  last_number integer not null,
  weight real not null,
  lease_owner text,
  -- Fencing token: grows with every claim; a commit must carry the newest.
  lease_token bigint not null default 0,
  lease_expires_at timestamptz,
  attempts integer not null default 0,
  error text,
  result jsonb,
  started_at timestamptz,
  completed_at timestamptz,
  unique (state_id, chunk_number)
);
create index backfill_chunks_open on public.backfill_chunks (state_id, kind desc, chunk_number) where status in ('pending', 'processing');

-- One row for each pull request that this backfill has to capture: the receipt of its capture.
create table public.backfill_items (
  state_id uuid not null references public.progressive_backfill_state on delete cascade,
  number integer not null,
  node_id text not null,
  weight real not null,
  status text not null default 'pending' check (status in ('pending', 'captured', 'gone', 'quarantined')),
  reason text,
  chunk_id bigint references public.backfill_chunks on delete set null,
  captured_at timestamptz,
  primary key (state_id, number)
);
create index backfill_items_unassigned on public.backfill_items (state_id, number) where status = 'pending' and chunk_id is null;
create index backfill_items_chunk on public.backfill_items (chunk_id);

-- Reviews whose comments have to be asked for. Gone when done. rank: 1 surely has comments ... 4 hardly.
create table public.backfill_reviews (
  state_id uuid not null references public.progressive_backfill_state on delete cascade,
  review_id bigint not null references public.reviews on delete cascade,
  node_id text not null,
  pull_request_id bigint not null references public.pull_requests on delete cascade,
  rank smallint not null,
  eligible boolean not null,
  chunk_id bigint references public.backfill_chunks on delete set null,
  primary key (state_id, review_id)
);
create index backfill_reviews_eligible on public.backfill_reviews (state_id, review_id) where eligible and chunk_id is null;
create index backfill_reviews_chunk on public.backfill_reviews (chunk_id);
create index backfill_reviews_pull_request on public.backfill_reviews (state_id, pull_request_id);

-- One row for each run of the program: who worked when, and how it ended.
create table public.sync_logs (
  id bigint generated always as identity primary key,
  sync_type text not null,
  status text not null check (status in ('started', 'completed', 'failed', 'cancelled', 'paused', 'stopped')),
  repository_id bigint references public.repositories on delete cascade,
  state_id uuid references public.progressive_backfill_state on delete cascade,
  worker text not null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  records_processed integer,
  github_points_used integer,
  error_message text
);

-- Row level security without policies: only the service role, which bypasses it, sees or writes anything.
do $$
declare v_table text;
begin
  foreach v_table in array array['repositories', 'contributors', 'pull_requests', 'pull_request_files', 'reviews', 'comments',
    'commits', 'pull_request_commits', 'progressive_backfill_state', 'backfill_chunks', 'backfill_items', 'backfill_reviews', 'sync_logs']
  loop
    execute format('alter table public.%I enable row level security', v_table);
    execute format('revoke all on public.%I from anon, authenticated', v_table);
    execute format('grant all on public.%I to service_role', v_table);
  end loop;
end $$;
