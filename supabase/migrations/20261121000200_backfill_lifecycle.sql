-- Opening, pausing, resuming and cancelling a backfill; enumerating it; handing out its work.
-- Each function is one request and so one transaction, and can be sent again without harm.

create function public.backfill_upsert_repository(p_repository jsonb) returns void
language plpgsql set search_path = public as $$
declare
  v_known text := (select full_name from repositories where github_id = (p_repository->>'github_id')::bigint);
begin
  -- A renamed repository's pull requests have other addresses, and no newer updated_at that would tell.
  if v_known <> p_repository->>'full_name' then
    update pull_requests set html_url = replace(html_url, '/' || v_known || '/pull/', '/' || (p_repository->>'full_name') || '/pull/')
    where repository_id = (p_repository->>'github_id')::bigint and position('/' || v_known || '/pull/' in html_url) > 0;
  end if;
  insert into repositories as r
    (github_id, node_id, owner, name, full_name, is_private, default_branch, pull_request_count, created_at)
  values (
    (p_repository->>'github_id')::bigint, p_repository->>'node_id', p_repository->>'owner', p_repository->>'name',
    p_repository->>'full_name', (p_repository->>'is_private')::boolean, p_repository->>'default_branch',
    (p_repository->>'pull_request_count')::integer, (p_repository->>'created_at')::timestamptz)
  on conflict (github_id) do update set
    node_id = excluded.node_id,
    owner = excluded.owner,
    name = excluded.name,
    full_name = excluded.full_name,
    previous_names = case when r.full_name = excluded.full_name or r.full_name = any (r.previous_names)
      then r.previous_names else r.previous_names || r.full_name end,
    is_private = excluded.is_private,
    default_branch = excluded.default_branch,
    pull_request_count = excluded.pull_request_count,
    captured_at = now()
  where (r.node_id, r.full_name, r.is_private, r.default_branch, r.pull_request_count)
    is distinct from (excluded.node_id, excluded.full_name, excluded.is_private, excluded.default_branch, excluded.pull_request_count);
end $$;

-- How far a backfill is: derived from its rows.
create function public.backfill_progress(p_state uuid) returns jsonb
language sql stable set search_path = public as $$
  select jsonb_build_object(
    'state_id', s.id,
    'repository', r.full_name,
    'repository_id', s.repository_id::text,
    'status', s.status,
    'pause_reason', s.pause_reason,
    'resume_after', s.resume_after,
    'kinds', s.kinds,
    'since', s.since,
    'chunk_size', s.chunk_size,
    'recapture', s.recapture,
    'total', s.total_prs,
    'enumerated', s.enumerated,
    'enumeration_done', s.enumeration_done,
    'enumeration_cursor', s.enumeration_cursor,
    'unchanged', s.unchanged,
    'captured', i.captured,
    'gone', i.gone,
    'quarantined', i.quarantined,
    'pending', i.pending,
    'reviews_waiting', (select count(*) from backfill_reviews b where b.state_id = s.id),
    'chunks', (select jsonb_object_agg(c.status, c.n) from
      (select status, count(*) n from backfill_chunks where state_id = s.id group by status) c),
    'gaps', s.gaps,
    'last_error', s.last_error,
    'started_at', s.started_at,
    'updated_at', s.updated_at,
    'finished_at', s.finished_at)
  from progressive_backfill_state s
  join repositories r on r.github_id = s.repository_id
  cross join lateral (
    select count(*) filter (where b.status = 'captured') captured, count(*) filter (where b.status = 'gone') gone,
      count(*) filter (where b.status = 'quarantined') quarantined, count(*) filter (where b.status = 'pending') pending
    from backfill_items b where b.state_id = s.id) i
  where s.id = p_state
$$;

-- Finds the unfinished backfill of a repository or starts one. Other options (or --fresh) supersede the unfinished one:
-- nothing captured is lost, what is there is found unchanged when it is enumerated again.
create function public.backfill_open(p_repository jsonb, p_options jsonb) returns jsonb
language plpgsql set search_path = public as $$
declare
  v_repository bigint := (p_repository->>'github_id')::bigint;
  v_kinds text[] := array(select jsonb_array_elements_text(p_options->'kinds') order by 1);
  v_since timestamptz := (p_options->>'since')::timestamptz;
  v_fresh boolean := coalesce((p_options->>'fresh')::boolean, false);
  v_state progressive_backfill_state;
  v_resumed boolean := true;
begin
  perform backfill_upsert_repository(p_repository);
  select * into v_state from progressive_backfill_state
    where repository_id = v_repository and status in ('active', 'paused') for update;
  if found and (v_fresh or v_state.kinds <> v_kinds or v_state.since is distinct from v_since) then
    update progressive_backfill_state set status = 'cancelled', pause_reason = 'superseded', finished_at = now(), updated_at = now()
      where id = v_state.id;
    v_state := null;
  end if;
  if v_state.id is null then
    insert into progressive_backfill_state (repository_id, kinds, since, recapture, chunk_size, total_prs, watermark)
    values (v_repository, v_kinds, v_since, v_fresh, (p_options->>'chunk_size')::integer, (p_repository->>'pull_request_count')::integer,
      (p_options->>'watermark')::timestamptz)
    on conflict (repository_id) where status in ('active', 'paused') do nothing
    returning * into v_state;
    v_resumed := false;
    if v_state.id is null then
      v_resumed := true;
      select * into v_state from progressive_backfill_state where repository_id = v_repository and status in ('active', 'paused');
    end if;
  else
    update progressive_backfill_state set
      total_prs = case when since is null then (p_repository->>'pull_request_count')::integer else total_prs end,
      chunk_size = (p_options->>'chunk_size')::integer,
      status = case when status = 'paused' and pause_reason = 'rate_limit' and resume_after <= now() then 'active' else status end,
      pause_reason = case when status = 'paused' and pause_reason = 'rate_limit' and resume_after <= now() then null else pause_reason end
    where id = v_state.id;
  end if;
  return backfill_progress(v_state.id) || jsonb_build_object('resumed', v_resumed);
end $$;

-- Pauses. A rate-limit pause leaves the backfill active while other workers (with other tokens) hold live leases.
create function public.backfill_pause(p_state uuid, p_reason text, p_resume_after timestamptz, p_worker text) returns jsonb
language plpgsql set search_path = public as $$
begin
  update progressive_backfill_state s set status = 'paused', pause_reason = p_reason, resume_after = p_resume_after, updated_at = now()
  where id = p_state and status in ('active', 'paused')
    and (p_reason = 'user' or (s.status = 'active' and not exists (
      select from backfill_chunks c where c.state_id = s.id and c.status = 'processing'
        and c.lease_expires_at > now() and c.lease_owner is distinct from p_worker)));
  return backfill_progress(p_state);
end $$;

create function public.backfill_resume(p_state uuid) returns jsonb
language plpgsql set search_path = public as $$
begin
  update progressive_backfill_state set status = 'active', pause_reason = null, resume_after = null, updated_at = now()
  where id = p_state and status = 'paused';
  return backfill_progress(p_state);
end $$;

create function public.backfill_cancel(p_state uuid) returns jsonb
language plpgsql set search_path = public as $$
begin
  update progressive_backfill_state set status = 'cancelled', pause_reason = null, finished_at = now(), updated_at = now()
  where id = p_state and status in ('active', 'paused');
  return backfill_progress(p_state);
end $$;

-- Which of these pull requests are not stored as GitHub has them now: [{number, node_id, updated_at, weight}] in and out,
-- with the reason: 'missing', 'stale' (GitHub has a newer state), or 'incomplete' (a kind of children was never captured).
create function public.backfill_differences(p_repository bigint, p_kinds text[], p_items jsonb)
returns table (number integer, node_id text, weight real, reason text)
language sql stable set search_path = public as $$
  select i.number, i.node_id, i.weight, case
    when p.github_id is null then 'missing'
    when p.node_id <> i.node_id or p.updated_at is distinct from i.updated_at or p.gone_at is not null then 'stale'
    else 'incomplete' end
  from jsonb_to_recordset(p_items) as i(number integer, node_id text, updated_at timestamptz, weight real)
  left join pull_requests p on p.repository_id = p_repository and p.number = i.number
  where p.github_id is null or p.node_id <> i.node_id or p.updated_at is distinct from i.updated_at
    or not p.captured_kinds @> p_kinds or p.gone_at is not null
$$;

-- Items for what differs (or for everything). A pull request that this backfill has captured already and that has
-- changed since becomes pending again. Answers how many there are.
create function public.backfill_add_items(p_state uuid, p_items jsonb, p_everything boolean) returns integer
language sql set search_path = public as $$
  with state as (select repository_id, kinds from progressive_backfill_state where id = p_state),
  added as (
    insert into backfill_items as b (state_id, number, node_id, weight)
    select p_state, i.number, i.node_id, i.weight
    from jsonb_to_recordset(p_items) as i(number integer, node_id text, weight real)
    left join (select d.number from state, backfill_differences(state.repository_id, state.kinds, p_items) d) d using (number)
    where p_everything or d.number is not null
    on conflict (state_id, number) do update set
      node_id = excluded.node_id, weight = excluded.weight, status = 'pending', reason = null, chunk_id = null, captured_at = null
    where b.status in ('captured', 'gone')
    returning 1)
  select count(*)::integer from added
$$;

create function public.backfill_unassigned(p_state uuid) returns jsonb
language sql stable set search_path = public as $$
  select coalesce(jsonb_agg(jsonb_build_object('number', number, 'weight', weight) order by number), '[]')
  from backfill_items where state_id = p_state and status = 'pending' and chunk_id is null
$$;

-- Takes one enumerated page in: what changed becomes items, and the cursor moves on, in the same transaction, fenced by the
-- coordinator's token. Answers all items that are in no chunk yet, so that chunks fill across pages.
create function public.backfill_enumerate(
  p_state uuid, p_token bigint, p_items jsonb, p_next_cursor text, p_done boolean, p_total integer) returns jsonb
language plpgsql set search_path = public as $$
declare
  v_state progressive_backfill_state;
  v_changed integer;
begin
  select * into v_state from progressive_backfill_state where id = p_state for update;
  if v_state.coordinator_token <> p_token then
    return jsonb_build_object('refused', 'stale_lease');
  end if;
  -- Sent again after the answer was lost: the page is in already.
  if v_state.coordinator is not null then
    v_changed := backfill_add_items(p_state, p_items, v_state.recapture);
    update progressive_backfill_state set
      enumeration_cursor = p_next_cursor,
      enumeration_done = p_done,
      enumerated = enumerated + jsonb_array_length(p_items),
      unchanged = unchanged + jsonb_array_length(p_items) - v_changed,
      total_prs = p_total,
      coordinator = null, coordinator_expires_at = null, updated_at = now()
    where id = p_state
    returning * into v_state;
  end if;
  return jsonb_build_object('changed', coalesce(v_changed, 0), 'enumerated', v_state.enumerated, 'unchanged', v_state.unchanged, 'unassigned', backfill_unassigned(p_state));
end $$;

-- Takes in what changed on GitHub while the backfill ran. The coordinator keeps its lease.
create function public.backfill_touch(p_state uuid, p_token bigint, p_items jsonb, p_total integer) returns jsonb
language plpgsql set search_path = public as $$
declare
  v_added integer;
  v_unchanged integer[];
begin
  perform 1 from progressive_backfill_state where id = p_state and coordinator_token = p_token for update;
  if not found then
    return jsonb_build_object('refused', 'stale_lease');
  end if;
  -- Enumerated and without an item: counted as unchanged so far.
  v_unchanged := array(
    select i.number from jsonb_to_recordset(p_items) as i(number integer)
    join progressive_backfill_state s on s.id = p_state
    join pull_requests p on p.repository_id = s.repository_id and p.number = i.number
    where not exists (select from backfill_items b where b.state_id = p_state and b.number = i.number));
  v_added := backfill_add_items(p_state, p_items, false);
  update progressive_backfill_state set total_prs = coalesce(p_total, total_prs), updated_at = now(),
    unchanged = greatest(0, unchanged - (select count(*)::integer from backfill_items where state_id = p_state and number = any (v_unchanged)))
  where id = p_state;
  return jsonb_build_object('added', v_added, 'unassigned', backfill_unassigned(p_state));
end $$;

-- Items for pull requests whose rows are not as many as GitHub counted, though they did not change. Those that this
-- backfill has captured already are left alone: to capture them once more would bring the same.
create function public.backfill_repair(p_state uuid, p_token bigint, p_numbers integer[]) returns jsonb
language plpgsql set search_path = public as $$
declare
  v_added integer;
begin
  perform 1 from progressive_backfill_state where id = p_state and coordinator_token = p_token for update;
  if not found then
    return jsonb_build_object('refused', 'stale_lease');
  end if;
  insert into backfill_items (state_id, number, node_id, weight)
  select p_state, p.number, p.node_id, 1 + least(coalesce(p.changed_files, 0), 3000) / 25.0
  from pull_requests p join progressive_backfill_state s on s.id = p_state and s.repository_id = p.repository_id
  where p.number = any (p_numbers)
  on conflict (state_id, number) do nothing;
  get diagnostics v_added = row_count;
  update progressive_backfill_state set unchanged = greatest(0, unchanged - v_added), updated_at = now() where id = p_state;
  return jsonb_build_object('added', v_added, 'unassigned', backfill_unassigned(p_state));
end $$;

-- Puts items into chunks: [{weight, numbers: [...]}]. Items that another worker has put into a chunk meanwhile are left out.
create function public.backfill_assign(p_state uuid, p_chunks jsonb) returns integer
language plpgsql set search_path = public as $$
declare
  v_chunk jsonb;
  v_id bigint;
  v_numbers integer[];
  v_made integer := 0;
begin
  perform 1 from progressive_backfill_state where id = p_state for update;
  for v_chunk in select * from jsonb_array_elements(p_chunks) loop
    select array_agg(i.number order by i.number) into v_numbers from backfill_items i
      where i.state_id = p_state and i.status = 'pending' and i.chunk_id is null
        and i.number in (select value::integer from jsonb_array_elements_text(v_chunk->'numbers'));
    continue when v_numbers is null;
    insert into backfill_chunks (state_id, chunk_number, kind, items, first_number, last_number, weight)
    values (p_state, 1 + (select coalesce(max(chunk_number), 0) from backfill_chunks where state_id = p_state), 'pull_requests',
      cardinality(v_numbers), v_numbers[1], v_numbers[cardinality(v_numbers)], (v_chunk->>'weight')::real)
    returning id into v_id;
    update backfill_items set chunk_id = v_id where state_id = p_state and number = any (v_numbers);
    v_made := v_made + 1;
  end loop;
  return v_made;
end $$;

-- Puts up to p_size reviews that wait for their comments into a chunk, unless there are fewer than p_least.
create function public.backfill_form_review_chunk(p_state uuid, p_size integer, p_least integer) returns boolean
language plpgsql set search_path = public as $$
declare
  v_reviews bigint[];
  v_id bigint;
begin
  if p_least > (select count(*) from (
    select from backfill_reviews where state_id = p_state and eligible and chunk_id is null limit p_size) r) then
    return false;
  end if;
  -- Chunk numbers are given out under this lock, and what another worker has taken meanwhile is seen after it.
  perform 1 from progressive_backfill_state where id = p_state for update;
  select array_agg(review_id) into v_reviews from (
    select review_id from backfill_reviews where state_id = p_state and eligible and chunk_id is null
    order by review_id limit p_size) r;
  if v_reviews is null or cardinality(v_reviews) < p_least then
    return false;
  end if;
  insert into backfill_chunks (state_id, chunk_number, kind, items, first_number, last_number, weight)
  select p_state, 1 + (select coalesce(max(chunk_number), 0) from backfill_chunks where state_id = p_state), 'review_comments',
    cardinality(v_reviews), min(p.number), max(p.number), cardinality(v_reviews)
  from backfill_reviews r join pull_requests p on p.github_id = r.pull_request_id
  where r.state_id = p_state and r.review_id = any (v_reviews)
  returning id into v_id;
  update backfill_reviews set chunk_id = v_id where state_id = p_state and review_id = any (v_reviews);
  return true;
end $$;

-- What a claimed chunk asks GitHub for.
create function public.backfill_chunk_work(p_chunk bigint) returns jsonb
language sql stable set search_path = public as $$
  select jsonb_build_object(
    'work', 'chunk', 'chunk_id', c.id::text, 'chunk_number', c.chunk_number, 'kind', c.kind, 'token', c.lease_token::text,
    'attempt', c.attempts, 'first_number', c.first_number, 'last_number', c.last_number,
    'targets', case c.kind
      when 'pull_requests' then (
        select coalesce(jsonb_agg(jsonb_build_object('number', i.number, 'node_id', i.node_id) order by i.number), '[]')
        from backfill_items i where i.chunk_id = c.id and i.status = 'pending')
      else (
        select coalesce(jsonb_agg(jsonb_build_object('number', p.number, 'node_id', r.node_id,
          'review', r.review_id::text, 'pull_request', r.pull_request_id::text) order by r.review_id), '[]')
        from backfill_reviews r join pull_requests p on p.github_id = r.pull_request_id where r.chunk_id = c.id)
      end)
  from backfill_chunks c where c.id = p_chunk
$$;

-- The next piece of work for a worker, decided and leased in one transaction:
-- {work: 'chunk' | 'enumerate' | 'audit' | 'wait' | 'stop', ...}. This is the only scheduler.
-- A chunk that is leased to this worker and not among those that it knows to hold (p_held) was handed out by an answer
-- that never arrived: it is handed out again.
create function public.backfill_claim(
  p_state uuid, p_worker text, p_lease_ms integer, p_low_water integer, p_review_batch integer, p_max_attempts integer,
  p_held bigint[]) returns jsonb
language plpgsql set search_path = public as $$
declare
  v_state progressive_backfill_state;
  v_expiry timestamptz := now() + p_lease_ms * interval '1 millisecond';
  v_chunk bigint;
  v_processing timestamptz;
  v_more_to_come boolean;
begin
  select * into v_state from progressive_backfill_state where id = p_state;
  if v_state.status <> 'active' then
    return jsonb_build_object('work', 'stop', 'status', v_state.status, 'pause_reason', v_state.pause_reason, 'resume_after', v_state.resume_after);
  end if;

  -- A chunk whose workers died again and again is poison: its pull requests are set aside, the others go on.
  with poison as (
    update backfill_chunks set status = 'failed', error = format('its lease expired %s times', attempts), lease_owner = null
    where id in (select id from backfill_chunks where state_id = p_state and status = 'processing' and lease_expires_at <= now()
      and attempts >= p_max_attempts for update skip locked)
    returning id, kind, error),
  set_aside as (
    update backfill_items i set status = 'quarantined', reason = poison.error from poison
    where i.chunk_id = poison.id and i.status = 'pending')
  update backfill_items i set status = 'quarantined', reason = poison.error
  from poison join backfill_reviews r on r.chunk_id = poison.id join pull_requests p on p.github_id = r.pull_request_id
  where poison.kind = 'review_comments' and i.state_id = p_state and i.number = p.number;

  if not v_state.enumeration_done
    and (select count(*) < p_low_water from (
      select from backfill_chunks where state_id = p_state and status = 'pending' limit p_low_water) c) then
    update progressive_backfill_state set coordinator = p_worker, coordinator_token = coordinator_token + 1, coordinator_expires_at = v_expiry
    where id = p_state and not enumeration_done and status = 'active'
      and (coordinator is null or coordinator_expires_at <= now() or coordinator = p_worker)
    returning * into v_state;
    if found then
      return jsonb_build_object('work', 'enumerate', 'token', v_state.coordinator_token::text, 'cursor', v_state.enumeration_cursor,
        'enumerated', v_state.enumerated, 'unassigned', backfill_unassigned(p_state));
    end if;
    select * into v_state from progressive_backfill_state where id = p_state;
  end if;

  perform backfill_form_review_chunk(p_state, p_review_batch, p_review_batch);

  for v_attempt in 1..2 loop
    select id into v_chunk from backfill_chunks
    where state_id = p_state and (status = 'pending' or (status = 'processing'
      and (lease_expires_at <= now() or (lease_owner = p_worker and id <> all (p_held)))))
    -- Comments of reviews first: the reviews that they bring up next then fill chunks with others, rather than coming one
    -- after the other at the end, when one worker has all of them and the rest idle.
    order by kind desc, chunk_number limit 1 for update skip locked;
    if found then
      update backfill_chunks set status = 'processing', lease_owner = p_worker, lease_token = lease_token + 1,
        lease_expires_at = v_expiry, attempts = attempts + 1, started_at = now(), error = null
      where id = v_chunk;
      return backfill_chunk_work(v_chunk);
    end if;
    select min(lease_expires_at), coalesce(bool_or(kind = 'pull_requests' or id = any (p_held)), false)
    into v_processing, v_more_to_come from backfill_chunks where state_id = p_state and status = 'processing';
    -- A chunk that is not full costs as much as a full one. While others only have comments of reviews left to capture,
    -- a quarter of one is worth it to a worker that would idle; at the very end, anything.
    exit when v_more_to_come or not v_state.enumeration_done
      or not backfill_form_review_chunk(p_state, p_review_batch, case when v_processing is null then 1 else p_review_batch / 4 end);
  end loop;

  if v_processing is not null or not v_state.enumeration_done then
    return jsonb_build_object('work', 'wait', 'until', coalesce(v_processing, v_state.coordinator_expires_at));
  end if;
  -- Another worker may have made and taken the last chunk since it was looked for. Chunks are made under this lock, and what is
  -- there is seen after it: nobody audits while anything is left to capture.
  perform 1 from progressive_backfill_state where id = p_state for update;
  if exists (select from backfill_chunks where state_id = p_state and status in ('pending', 'processing'))
    or exists (select from backfill_reviews where state_id = p_state and eligible and chunk_id is null) then
    return jsonb_build_object('work', 'wait', 'until', v_expiry);
  end if;
  update progressive_backfill_state set coordinator = p_worker, coordinator_token = coordinator_token + 1, coordinator_expires_at = v_expiry
  where id = p_state and status = 'active' and (coordinator is null or coordinator_expires_at <= now() or coordinator = p_worker)
  returning * into v_state;
  if found then
    return jsonb_build_object('work', 'audit', 'token', v_state.coordinator_token::text, 'watermark', v_state.watermark,
      'unassigned', backfill_unassigned(p_state));
  end if;
  return jsonb_build_object('work', 'wait', 'until', (select coordinator_expires_at from progressive_backfill_state where id = p_state));
end $$;

-- Prolongs a lease. False when it is lost: then nothing of that work can be committed any more.
create function public.backfill_heartbeat(p_state uuid, p_chunk bigint, p_token bigint, p_lease_ms integer) returns jsonb
language plpgsql set search_path = public as $$
declare
  v_expiry timestamptz := now() + p_lease_ms * interval '1 millisecond';
begin
  if p_chunk is null then
    update progressive_backfill_state set coordinator_expires_at = v_expiry
    where id = p_state and coordinator_token = p_token and coordinator is not null and coordinator_expires_at > now();
  else
    update backfill_chunks set lease_expires_at = v_expiry
    where id = p_chunk and lease_token = p_token and status = 'processing' and lease_expires_at > now();
  end if;
  return jsonb_build_object('held', found, 'status', (select status from progressive_backfill_state where id = p_state));
end $$;

-- Gives a chunk back unfinished, so that the next worker need not wait for the lease to expire.
create function public.backfill_release(p_chunk bigint, p_token bigint, p_error text) returns boolean
language plpgsql set search_path = public as $$
begin
  update backfill_chunks set status = 'pending', lease_owner = null, lease_expires_at = null, error = p_error,
    attempts = case when p_error is null then attempts - 1 else attempts end
  where id = p_chunk and lease_token = p_token and status = 'processing';
  return found;
end $$;

-- Takes back the leases of workers that are known to be dead (embedded store: their process is gone).
create function public.backfill_reclaim(p_state uuid, p_workers text[]) returns integer
language plpgsql set search_path = public as $$
declare
  v_chunks integer;
begin
  update progressive_backfill_state set coordinator = null, coordinator_expires_at = null
  where id = p_state and coordinator = any (p_workers);
  update backfill_chunks set status = 'pending', lease_owner = null, lease_expires_at = null
  where state_id = p_state and status = 'processing' and lease_owner = any (p_workers);
  get diagnostics v_chunks = row_count;
  return v_chunks;
end $$;

create function public.backfill_lease_owners(p_state uuid) returns text[]
language sql stable set search_path = public as $$
  select array(
    select lease_owner from backfill_chunks where state_id = p_state and status = 'processing' and lease_owner is not null
    union
    select coordinator from progressive_backfill_state where id = p_state and coordinator is not null)
$$;

create function public.backfill_release_coordinator(p_state uuid, p_token bigint) returns boolean
language plpgsql set search_path = public as $$
begin
  update progressive_backfill_state set coordinator = null, coordinator_expires_at = null
  where id = p_state and coordinator_token = p_token;
  return found;
end $$;
