-- Reading how things stand: what is captured, what is missing, and how a backfill ends.

-- Rows of a repository, those of pull requests that are gone left out. Of the pull requests that count and those that do not,
-- the fewer are looked up through the indexes; where that is those that do not, they are taken off the table's whole count.
create function public.backfill_row_counts(p_repository bigint) returns jsonb
language sql stable set search_path = public as $$
  with p as materialized (
    select github_id, repository_id = p_repository and gone_at is null as counts from pull_requests),
  looked_up as materialized (
    select count(*) filter (where counts) <= count(*) filter (where not counts) as counts from p),
  x as materialized (select github_id from p join looked_up using (counts)),
  c as (
    select
      coalesce(sum((select count(*) from pull_request_files f where f.pull_request_id = x.github_id)), 0) files,
      coalesce(sum((select count(*) from reviews v where v.pull_request_id = x.github_id)), 0) reviews,
      coalesce(sum((select count(*) from comments m where m.pull_request_id = x.github_id and m.comment_type = 'review_comment')), 0) review_comments,
      coalesce(sum((select count(*) from comments m where m.pull_request_id = x.github_id and m.comment_type = 'issue_comment')), 0) comments,
      coalesce(sum((select count(*) from pull_request_commits l where l.pull_request_id = x.github_id)), 0) commits
    from x)
  select case when looked_up.counts
    then jsonb_build_object('pull_requests', (select count(*) from p where counts), 'files', files, 'reviews', reviews,
      'review_comments', review_comments, 'comments', comments, 'commits', commits)
    else jsonb_build_object('pull_requests', (select count(*) from p where counts),
      'files', (select count(*) from pull_request_files) - files,
      'reviews', (select count(*) from reviews) - reviews,
      'review_comments', (select count(*) from comments where comment_type = 'review_comment') - review_comments,
      'comments', (select count(*) from comments where comment_type = 'issue_comment') - comments,
      'commits', (select count(*) from pull_request_commits) - commits)
    end
  from c, looked_up
$$;

-- Gaps between what GitHub said there is of each kind and the rows that are here: [{number, kind, expected, captured, reason}].
-- GitHub serves at most 3,000 files and 250 commits of a pull request: what lies beyond is truncated at the source.
-- p_since: only pull requests that changed since then; null for all.
create function public.backfill_child_gaps(p_repository bigint, p_kinds text[], p_since timestamptz, p_limit integer) returns jsonb
language sql stable set search_path = public as $$
  -- Counted pull request by pull request through the indexes: a database that was never analysed would join the
  -- aggregates in nested loops.
  with counted as (
    select p.number, p.files_total, p.captured_kinds, k.kind, k.expected, k.captured
    from pull_requests p
    cross join lateral (values
      ('files', case when p.files_total >= 3000 then greatest(p.files_total, p.changed_files) else p.files_total end,
        (select count(*) from pull_request_files f where f.pull_request_id = p.github_id)),
      ('reviews', p.reviews_total, (select count(*) from reviews v where v.pull_request_id = p.github_id)),
      ('review_comments', p.review_comments_total,
        (select count(*) from comments c where c.pull_request_id = p.github_id and c.comment_type = 'review_comment')),
      ('comments', p.comments_total,
        (select count(*) from comments c where c.pull_request_id = p.github_id and c.comment_type = 'issue_comment')),
      ('commits', p.commits_total, (select count(*) from pull_request_commits l where l.pull_request_id = p.github_id))
    ) as k(kind, expected, captured)
    where p.repository_id = p_repository and p.gone_at is null and k.kind = any (p_kinds)
      and (p_since is null or p.updated_at >= p_since)),
  gap as (
    select number, kind, expected, captured,
      case
        when kind = 'files' and captured = files_total and expected > 3000 then 'files_truncated_at_source'
        when kind = 'commits' and captured = 250 and expected > 250 then 'commits_truncated_at_source'
        when expected is null or captured < expected or not captured_kinds @> array[kind] then 'missing'
        else 'surplus'
      end as reason
    from counted
    where expected is distinct from captured or not captured_kinds @> array[kind]
    order by number, kind limit p_limit)
  select coalesce(jsonb_agg(to_jsonb(gap)), '[]') from gap
$$;

create function public.backfill_quarantined(p_state uuid) returns jsonb
language sql stable set search_path = public as $$
  select coalesce(jsonb_agg(jsonb_build_object('number', number, 'reason', reason) order by number), '[]')
  from backfill_items where state_id = p_state and status = 'quarantined'
$$;

-- Stored pull request numbers after a number, for comparing with an enumeration: 5,000 at a time.
create function public.backfill_numbers(p_repository bigint, p_after integer) returns integer[]
language sql stable set search_path = public as $$
  select array(select number from pull_requests where repository_id = p_repository and gone_at is null and number > p_after
    order by number limit 5000)
$$;

create function public.backfill_mark_gone(p_repository bigint, p_numbers integer[]) returns integer
language plpgsql set search_path = public as $$
declare
  v_marked integer;
begin
  update pull_requests set gone_at = now() where repository_id = p_repository and number = any (p_numbers) and gone_at is null;
  get diagnostics v_marked = row_count;
  return v_marked;
end $$;

create function public.backfill_finish(p_state uuid, p_token bigint, p_outcome text, p_gaps jsonb) returns jsonb
language plpgsql set search_path = public as $$
begin
  update progressive_backfill_state set status = p_outcome, gaps = p_gaps, finished_at = now(), updated_at = now(),
    coordinator = null, coordinator_expires_at = null, pause_reason = null, resume_after = null
  where id = p_state and status = 'active' and coordinator_token = p_token;
  return backfill_progress(p_state);
end $$;

-- The newest backfill of each repository (or of one, by any name that it has or had), newest first.
create function public.backfill_status(p_full_name text) returns jsonb
language sql stable set search_path = public as $$
  select coalesce(jsonb_agg(backfill_progress(s.id) || jsonb_build_object('rows', backfill_row_counts(s.repository_id),
    'workers', (select count(*) from (
      select c.lease_owner from backfill_chunks c where c.state_id = s.id and c.status = 'processing' and c.lease_expires_at > now()
      union select s.coordinator where s.coordinator_expires_at > now()) w))
    order by s.updated_at desc), '[]')
  from (
    select distinct on (s.repository_id) s.* from progressive_backfill_state s join repositories r on r.github_id = s.repository_id
    where p_full_name is null or lower(r.full_name) = lower(p_full_name)
      or lower(p_full_name) = any (select lower(n) from unnest(r.previous_names) n)
    order by s.repository_id, s.started_at desc) s
$$;

-- Why each chunk that is not done is not done, and puts back into the queue what can be (p_apply):
-- expired leases, failed chunks, quarantined pull requests.
create function public.backfill_recover(p_state uuid, p_apply boolean) returns jsonb
language plpgsql set search_path = public as $$
declare
  v_report jsonb;
begin
  select coalesce(jsonb_agg(jsonb_build_object(
      'chunk', c.chunk_number, 'kind', c.kind, 'first_number', c.first_number, 'last_number', c.last_number,
      'items', c.items, 'captured', coalesce(i.captured, 0), 'attempts', c.attempts, 'error', c.error, 'owner', c.lease_owner,
      'lease_expires_at', c.lease_expires_at,
      'finding', case
        when c.status = 'failed' then 'failed'
        when c.status = 'pending' then 'waiting'
        when c.status = 'processing' and c.lease_expires_at <= now() then 'lease_expired'
        when c.status = 'processing' then 'in_progress'
        else 'quarantined' end,
      'quarantined', coalesce(i.quarantined, '[]')) order by c.chunk_number), '[]')
  into v_report
  from backfill_chunks c
  left join lateral (
    select count(*) filter (where b.status = 'captured') captured,
      jsonb_agg(jsonb_build_object('number', b.number, 'reason', b.reason) order by b.number) filter (where b.status = 'quarantined') quarantined
    from backfill_items b where b.chunk_id = c.id) i on true
  where c.state_id = p_state and (c.status <> 'completed' or i.quarantined is not null);
  if p_apply then
    update backfill_chunks set status = 'pending', lease_owner = null, lease_expires_at = null, attempts = 0
    where state_id = p_state and (status = 'failed' or (status = 'processing' and lease_expires_at <= now()));
    update backfill_items set status = 'pending', reason = null, chunk_id = null where state_id = p_state and status = 'quarantined';
    update backfill_reviews r set chunk_id = null from backfill_chunks c
    where r.state_id = p_state and c.id = r.chunk_id and c.status = 'completed';
    update progressive_backfill_state set status = 'active', finished_at = null, gaps = '[]', updated_at = now()
    where id = p_state and status in ('completed_with_gaps', 'failed')
      and not exists (select from progressive_backfill_state o where o.repository_id = progressive_backfill_state.repository_id
        and o.id <> p_state and o.status in ('active', 'paused'))
      and exists (select from backfill_items i where i.state_id = p_state and i.status = 'pending');
  end if;
  return v_report;
end $$;

create function public.sync_log_start(p_state uuid, p_worker text) returns text
language sql set search_path = public as $$
  insert into sync_logs (sync_type, status, repository_id, state_id, worker)
  select 'backfill', 'started', repository_id, id, p_worker from progressive_backfill_state where id = p_state
  returning id::text
$$;

create function public.sync_log_finish(p_log bigint, p_status text, p_records integer, p_points integer, p_error text) returns boolean
language plpgsql set search_path = public as $$
begin
  update sync_logs set status = p_status, records_processed = p_records, github_points_used = p_points, error_message = p_error,
    finished_at = now() where id = p_log;
  return found;
end $$;

-- Pull requests that the last runs of workers on a backfill captured.
create function public.sync_log_recent_records(p_state uuid, p_runs integer) returns bigint
language sql stable set search_path = public as $$
  select coalesce(sum(records_processed), 0) from (
    select records_processed from sync_logs where state_id = p_state order by id desc limit p_runs) recent
$$;

-- Only the service role may call any of these.
do $$
declare v_function regprocedure;
begin
  for v_function in
    select p.oid::regprocedure from pg_proc p where p.pronamespace = 'public'::regnamespace
      and (p.proname like 'backfill\_%' or p.proname like 'sync\_log\_%')
  loop
    execute format('revoke all on function %s from public, anon, authenticated', v_function);
    execute format('grant execute on function %s to service_role', v_function);
  end loop;
end $$;

-- The version of this schema: the newest migration. A client that knows another one stops and says so.
create function public.capture_schema_version() returns text language sql immutable as $$ select '20261121000400' $$;
