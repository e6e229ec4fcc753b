-- Storing what a chunk captured: actors, pull requests, children, receipts and the chunk's end, in one transaction,
-- refused when the lease is lost. Rows that say nothing new are not touched, so a repeated capture changes no row.

-- Locks the chunk and answers: 'go', 'done' (committed before, its answer was lost) or 'stale_lease'.
create function public.backfill_fence(p_chunk bigint, p_token bigint) returns text
language plpgsql set search_path = public as $$
declare
  v_chunk backfill_chunks;
begin
  select * into v_chunk from backfill_chunks where id = p_chunk for update;
  if v_chunk.lease_token is distinct from p_token then
    return 'stale_lease';
  elsif v_chunk.status = 'completed' then
    return 'done';
  elsif v_chunk.status <> 'processing' or v_chunk.lease_expires_at <= now() then
    return 'stale_lease';
  end if;
  return 'go';
end $$;

-- Keyed by GitHub's id, never by login. Ordered, so that two workers cannot deadlock.
create function public.backfill_store_actors(p_actors jsonb) returns void
language sql set search_path = public as $$
  insert into contributors as c (github_id, node_id, username, actor_type, avatar_url)
  select a.github_id, a.node_id, a.login, a.type, a.avatar_url
  from jsonb_to_recordset(p_actors) as a(github_id bigint, node_id text, login text, type text, avatar_url text)
  -- An actor that is stored as it is must not be locked: the busiest one stands in every worker's chunk.
  where not exists (
    select from contributors k where k.actor_key = coalesce(a.github_id::text, 'node:' || a.node_id)
      and (k.node_id, k.username, k.actor_type) = (a.node_id, a.login, a.type)
      and (a.avatar_url is null or k.avatar_url = a.avatar_url))
  order by coalesce(a.github_id::text, a.node_id)
  on conflict (actor_key) do update set
    node_id = excluded.node_id, username = excluded.username, actor_type = excluded.actor_type,
    avatar_url = coalesce(excluded.avatar_url, c.avatar_url), captured_at = now()
  where (c.node_id, c.username, c.actor_type, c.avatar_url)
    is distinct from (excluded.node_id, excluded.username, excluded.actor_type, coalesce(excluded.avatar_url, c.avatar_url))
$$;

create function public.backfill_store_pull_requests(p_repository bigint, p_rows jsonb) returns integer
language plpgsql set search_path = public as $$
declare
  v_stored integer;
begin
  insert into pull_requests as p (
    github_id, node_id, repository_id, number, title, body, state, merged, draft, locked, author_id, merged_by_id, base_branch, head_branch,
    base_sha, head_sha, merge_commit_sha, additions, deletions, changed_files, html_url, created_at, updated_at, closed_at, merged_at,
    files_total, reviews_total, review_comments_total, comments_total, commits_total, captured_kinds)
  select
    r.github_id, r.node_id, p_repository, r.number, r.title, r.body, r.state, r.merged, r.draft, r.locked, (select id from contributors where actor_key = r.author),
    (select id from contributors where actor_key = r.merged_by), r.base_branch, r.head_branch, r.base_sha, r.head_sha, r.merge_commit_sha, r.additions, r.deletions,
    r.changed_files, r.html_url, r.created_at, r.updated_at, r.closed_at, r.merged_at, r.files_total, r.reviews_total,
    r.review_comments_total, r.comments_total, r.commits_total, r.captured_kinds
  from jsonb_to_recordset(p_rows) as r(
    github_id bigint, node_id text, number integer, title text, body text, state text, merged boolean, draft boolean, locked boolean,
    author text, merged_by text, base_branch text, head_branch text, base_sha text, head_sha text, merge_commit_sha text,
    additions integer, deletions integer, changed_files integer, html_url text, created_at timestamptz, updated_at timestamptz,
    closed_at timestamptz, merged_at timestamptz, files_total integer, reviews_total integer, review_comments_total integer,
    comments_total integer, commits_total integer, captured_kinds text[])
  order by r.github_id
  on conflict (github_id) do update set
    node_id = excluded.node_id, repository_id = excluded.repository_id, number = excluded.number, title = excluded.title, body = excluded.body,
    state = excluded.state, merged = excluded.merged, draft = excluded.draft, locked = excluded.locked, author_id = excluded.author_id,
    merged_by_id = excluded.merged_by_id, base_branch = excluded.base_branch, head_branch = excluded.head_branch,
    base_sha = excluded.base_sha, head_sha = excluded.head_sha, merge_commit_sha = excluded.merge_commit_sha,
    additions = excluded.additions, deletions = excluded.deletions, changed_files = excluded.changed_files, html_url = excluded.html_url,
    created_at = excluded.created_at, updated_at = excluded.updated_at, closed_at = excluded.closed_at, merged_at = excluded.merged_at,
    -- A kind that was not asked for this time keeps what is known of it.
    files_total = coalesce(excluded.files_total, p.files_total),
    reviews_total = coalesce(excluded.reviews_total, p.reviews_total),
    review_comments_total = coalesce(excluded.review_comments_total, p.review_comments_total),
    comments_total = coalesce(excluded.comments_total, p.comments_total),
    commits_total = coalesce(excluded.commits_total, p.commits_total),
    captured_kinds = case when p.updated_at = excluded.updated_at
      then array(select k from unnest(p.captured_kinds) k where k <> 'review_comments' or not excluded.captured_kinds @> '{reviews}'
                 union select unnest(excluded.captured_kinds) order by 1)
      else excluded.captured_kinds end,
    captured_at = now(), gone_at = null
  where (p.node_id, p.repository_id, p.number, p.title, p.body, p.state, p.merged, p.draft, p.locked, p.author_id, p.merged_by_id, p.base_branch,
      p.head_branch, p.base_sha, p.head_sha, p.merge_commit_sha, p.additions, p.deletions, p.changed_files, p.html_url, p.created_at,
      p.updated_at, p.closed_at, p.merged_at, p.files_total, p.reviews_total, p.review_comments_total, p.comments_total, p.commits_total, p.gone_at)
    is distinct from (excluded.node_id, excluded.repository_id, excluded.number, excluded.title, excluded.body, excluded.state,
      excluded.merged, excluded.draft, excluded.locked, excluded.author_id, excluded.merged_by_id, excluded.base_branch,
      excluded.head_branch, excluded.base_sha, excluded.head_sha, excluded.merge_commit_sha, excluded.additions, excluded.deletions,
      excluded.changed_files, excluded.html_url, excluded.created_at, excluded.updated_at, excluded.closed_at, excluded.merged_at,
      coalesce(excluded.files_total, p.files_total), coalesce(excluded.reviews_total, p.reviews_total),
      coalesce(excluded.review_comments_total, p.review_comments_total), coalesce(excluded.comments_total, p.comments_total),
      coalesce(excluded.commits_total, p.commits_total), null::timestamptz)
    or not p.captured_kinds @> excluded.captured_kinds;
  get diagnostics v_stored = row_count;
  return v_stored;
end $$;

create function public.backfill_store_files(p_rows jsonb) returns void
language plpgsql set search_path = public as $$
begin
  insert into pull_request_files as f (pull_request_id, path, additions, deletions, change_type)
  select r.pull_request, r.path, r.additions, r.deletions, r.change_type
  from jsonb_to_recordset(p_rows) as r(pull_request bigint, path text, additions integer, deletions integer, change_type text)
  on conflict (pull_request_id, path) do update set
    additions = excluded.additions, deletions = excluded.deletions, change_type = excluded.change_type
  where (f.additions, f.deletions, f.change_type) is distinct from (excluded.additions, excluded.deletions, excluded.change_type);
end $$;

create function public.backfill_store_reviews(p_rows jsonb) returns void
language plpgsql set search_path = public as $$
begin
  insert into reviews as v (github_id, node_id, pull_request_id, author_id, state, body, commit_sha, submitted_at, created_at, updated_at)
  select r.github_id, r.node_id, r.pull_request, (select id from contributors where actor_key = r.author), r.state, r.body, r.commit_sha, r.submitted_at, r.created_at, r.updated_at
  from jsonb_to_recordset(p_rows) as r(github_id bigint, node_id text, pull_request bigint, author text, state text, body text,
    commit_sha text, submitted_at timestamptz, created_at timestamptz, updated_at timestamptz)
  order by r.github_id
  on conflict (github_id) do update set
    node_id = excluded.node_id, pull_request_id = excluded.pull_request_id, author_id = excluded.author_id, state = excluded.state,
    body = excluded.body, commit_sha = excluded.commit_sha, submitted_at = excluded.submitted_at, updated_at = excluded.updated_at
  where (v.node_id, v.pull_request_id, v.author_id, v.state, v.body, v.commit_sha, v.submitted_at, v.updated_at)
    is distinct from (excluded.node_id, excluded.pull_request_id, excluded.author_id, excluded.state, excluded.body,
      excluded.commit_sha, excluded.submitted_at, excluded.updated_at);
end $$;

create function public.backfill_store_comments(p_rows jsonb) returns void
language sql set search_path = public as $$
  insert into comments as c (
    comment_type, github_id, node_id, pull_request_id, review_id, author_id, body, path, position, original_position, line, original_line,
    diff_hunk, outdated, commit_sha, original_commit_sha, in_reply_to_github_id, created_at, updated_at)
  select case when r.review is null then 'issue_comment' else 'review_comment' end, r.github_id, r.node_id, r.pull_request, r.review,
    (select id from contributors where actor_key = r.author), r.body, r.path, r.position, r.original_position, r.line, r.original_line, r.diff_hunk, r.outdated,
    r.commit_sha, r.original_commit_sha, r.in_reply_to, r.created_at, r.updated_at
  from jsonb_to_recordset(p_rows) as r(
    github_id bigint, node_id text, pull_request bigint, review bigint, author text, body text, path text, position integer,
    original_position integer, line integer, original_line integer, diff_hunk text, outdated boolean, commit_sha text,
    original_commit_sha text, in_reply_to bigint, created_at timestamptz, updated_at timestamptz)
  order by r.github_id
  on conflict (comment_type, github_id) do update set
    node_id = excluded.node_id, pull_request_id = excluded.pull_request_id, review_id = excluded.review_id, author_id = excluded.author_id,
    body = excluded.body, path = excluded.path, position = excluded.position, original_position = excluded.original_position,
    line = excluded.line, original_line = excluded.original_line, diff_hunk = excluded.diff_hunk, outdated = excluded.outdated,
    commit_sha = excluded.commit_sha, original_commit_sha = excluded.original_commit_sha,
    in_reply_to_github_id = excluded.in_reply_to_github_id, updated_at = excluded.updated_at
  where (c.node_id, c.pull_request_id, c.review_id, c.author_id, c.body, c.path, c.position, c.original_position, c.line, c.original_line,
      c.diff_hunk, c.outdated, c.commit_sha, c.original_commit_sha, c.in_reply_to_github_id, c.updated_at)
    is distinct from (excluded.node_id, excluded.pull_request_id, excluded.review_id, excluded.author_id, excluded.body, excluded.path,
      excluded.position, excluded.original_position, excluded.line, excluded.original_line, excluded.diff_hunk, excluded.outdated,
      excluded.commit_sha, excluded.original_commit_sha, excluded.in_reply_to_github_id, excluded.updated_at)
$$;

create function public.backfill_store_commits(p_repository bigint, p_rows jsonb) returns void
language plpgsql set search_path = public as $$
begin
  insert into commits as c (repository_id, sha, message, author_id, author_name, committer_id, committer_name, authored_at, committed_at)
  select distinct on (r.sha) p_repository, r.sha, r.message, (select id from contributors where actor_key = r.author), r.author_name, (select id from contributors where actor_key = r.committer),
    r.committer_name, r.authored_at, r.committed_at
  from jsonb_to_recordset(p_rows) as r(sha text, message text, author text, author_name text, committer text, committer_name text,
    authored_at timestamptz, committed_at timestamptz)
  order by r.sha
  -- A commit never changes; the account that its address belongs to can.
  on conflict (repository_id, sha) do update set author_id = excluded.author_id, committer_id = excluded.committer_id
  where (c.author_id, c.committer_id) is distinct from (excluded.author_id, excluded.committer_id);
  insert into pull_request_commits as l (pull_request_id, repository_id, sha, position)
  select r.pull_request, p_repository, r.sha, r.position
  from jsonb_to_recordset(p_rows) as r(pull_request bigint, sha text, position integer)
  on conflict (pull_request_id, sha) do update set position = excluded.position where l.position <> excluded.position;
end $$;

-- What these pull requests had and no longer have on GitHub, kind by kind as the payload brings it.
--
-- Planned anew each time: nothing analyses an embedded database, and a plan kept from when its tables were small reads all of
-- a table. Not so where rows are inserted: the checks of their references, a thousand in a chunk, would be planned anew too.
create function public.backfill_delete_surplus(p_state uuid, p_pull_requests bigint[], p_payload jsonb) returns void
language plpgsql set search_path = public set plan_cache_mode = force_custom_plan as $$
begin
  delete from backfill_reviews where state_id = p_state and pull_request_id = any (p_pull_requests);
  if p_payload ? 'files' then
    delete from pull_request_files f where f.pull_request_id = any (p_pull_requests)
      and not exists (select from jsonb_to_recordset(p_payload->'files') as r(pull_request bigint, path text)
        where r.pull_request = f.pull_request_id and r.path = f.path);
  end if;
  if p_payload ? 'reviews' then
    delete from reviews v where v.pull_request_id = any (p_pull_requests)
      and not exists (select from jsonb_to_recordset(p_payload->'reviews') as r(github_id bigint) where r.github_id = v.github_id);
  end if;
  if p_payload ? 'comments' then
    delete from comments c where c.pull_request_id = any (p_pull_requests) and c.comment_type = 'issue_comment'
      and not exists (select from jsonb_to_recordset(p_payload->'comments') as r(github_id bigint) where r.github_id = c.github_id);
  end if;
  if p_payload ? 'commits' then
    delete from pull_request_commits l where l.pull_request_id = any (p_pull_requests)
      and not exists (select from jsonb_to_recordset(p_payload->'commits') as r(pull_request bigint, sha text)
        where r.pull_request = l.pull_request_id and r.sha = l.sha);
  end if;
  -- Review comments of a pull request that has none left on GitHub.
  delete from comments c using pull_requests p where c.pull_request_id = p.github_id and c.comment_type = 'review_comment'
    and p.github_id = any (p_pull_requests) and p.review_comments_total = 0;
end $$;

-- What became of each pull request of a chunk. Planned anew each time, as above.
create function public.backfill_store_receipts(p_state uuid, p_repository bigint, p_chunk bigint, p_receipts jsonb) returns void
language plpgsql set search_path = public set plan_cache_mode = force_custom_plan as $$
begin
  update backfill_items i set status = r.status, reason = r.reason, captured_at = now()
  from jsonb_to_recordset(p_receipts) as r(number integer, status text, reason text)
  where i.state_id = p_state and i.number = r.number and i.chunk_id = p_chunk;
  update pull_requests p set gone_at = now() from backfill_items i
  where i.chunk_id = p_chunk and i.status = 'gone' and p.repository_id = p_repository and p.number = i.number and p.gone_at is null;
end $$;

-- Payload: {actors, pull_requests, receipts: [{number, status, reason}], review_candidates: [{review, node_id, pull_request, rank}]}
-- and, for each kind that was captured, its rows: files, reviews, comments, commits.
create function public.backfill_commit_pull_requests(p_chunk bigint, p_token bigint, p_payload jsonb) returns jsonb
language plpgsql set search_path = public as $$
declare
  v_fence text := backfill_fence(p_chunk, p_token);
  v_state progressive_backfill_state;
  v_pull_requests bigint[];
begin
  if v_fence = 'stale_lease' then
    return jsonb_build_object('refused', v_fence);
  elsif v_fence = 'done' then
    return jsonb_build_object('committed', true);
  end if;
  select s.* into v_state from progressive_backfill_state s join backfill_chunks c on c.state_id = s.id where c.id = p_chunk;

  perform backfill_store_actors(p_payload->'actors');
  perform backfill_store_pull_requests(v_state.repository_id, p_payload->'pull_requests');
  v_pull_requests := array(select (r->>'github_id')::bigint from jsonb_array_elements(p_payload->'pull_requests') r);
  if p_payload ? 'files' then
    perform backfill_store_files(p_payload->'files');
  end if;
  if p_payload ? 'reviews' then
    perform backfill_store_reviews(p_payload->'reviews');
  end if;
  if p_payload ? 'comments' then
    perform backfill_store_comments(p_payload->'comments');
  end if;
  if p_payload ? 'commits' then
    perform backfill_store_commits(v_state.repository_id, p_payload->'commits');
  end if;

  perform backfill_delete_surplus(v_state.id, v_pull_requests, p_payload);
  insert into backfill_reviews (state_id, review_id, node_id, pull_request_id, rank, eligible)
  select v_state.id, r.review, r.node_id, r.pull_request, r.rank, r.rank = min(r.rank) over (partition by r.pull_request)
  from jsonb_to_recordset(p_payload->'review_candidates') as r(review bigint, node_id text, pull_request bigint, rank smallint);

  perform backfill_store_receipts(v_state.id, v_state.repository_id, p_chunk, p_payload->'receipts');
  update backfill_chunks set status = 'completed', completed_at = now(), result = p_payload->'result' where id = p_chunk;
  return jsonb_build_object('committed', true);
end $$;

-- Payload: {actors, comments, reviews: [github ids that were drained to the end], quarantined: [{number, reason}]}.
-- The comments of a drained review are exactly those given.
create function public.backfill_commit_review_comments(p_chunk bigint, p_token bigint, p_payload jsonb) returns jsonb
language plpgsql set search_path = public as $$
declare
  v_fence text := backfill_fence(p_chunk, p_token);
  v_state uuid;
  v_repository bigint;
  v_reviews bigint[] := array(select value::bigint from jsonb_array_elements_text(p_payload->'reviews'));
  v_pull_requests bigint[];
begin
  if v_fence = 'stale_lease' then
    return jsonb_build_object('refused', v_fence);
  elsif v_fence = 'done' then
    return jsonb_build_object('committed', true);
  end if;
  select s.id, s.repository_id into v_state, v_repository
  from progressive_backfill_state s join backfill_chunks c on c.state_id = s.id where c.id = p_chunk;

  perform backfill_store_actors(p_payload->'actors');
  -- A pull request captured anew meanwhile may have replaced its reviews.
  perform backfill_store_comments(coalesce((
    select jsonb_agg(c) from jsonb_array_elements(p_payload->'comments') c
    where exists (select from reviews v where v.github_id = (c->>'review')::bigint)), '[]'));
  delete from comments c where c.review_id = any (v_reviews)
    and not exists (select from jsonb_to_recordset(p_payload->'comments') as r(github_id bigint) where r.github_id = c.github_id);

  with done as (
    delete from backfill_reviews where state_id = v_state and review_id = any (v_reviews) and chunk_id = p_chunk returning pull_request_id)
  select array_agg(distinct pull_request_id) into v_pull_requests from done;

  -- A pull request whose comments are all there needs no more of its reviews asked: those have none (any more).
  with settled as materialized (
    select r.review_id from backfill_reviews r join pull_requests p on p.github_id = r.pull_request_id
    where r.state_id = v_state and r.pull_request_id = any (v_pull_requests) and r.chunk_id is null
      and p.review_comments_total <= (
        select count(*) from comments c where c.pull_request_id = p.github_id and c.comment_type = 'review_comment'
          and not exists (select from backfill_reviews u where u.state_id = v_state and u.review_id = c.review_id))),
  emptied as (
    delete from comments c using settled where c.review_id = settled.review_id)
  delete from backfill_reviews r using settled where r.state_id = v_state and r.review_id = settled.review_id;
  -- Otherwise its next likely reviews come up, once none of it is under way.
  update backfill_reviews r set eligible = true
  where r.state_id = v_state and r.pull_request_id = any (v_pull_requests) and not r.eligible
    and r.rank = (select min(n.rank) from backfill_reviews n where n.state_id = v_state and n.pull_request_id = r.pull_request_id)
    and not exists (select from backfill_reviews n where n.state_id = v_state and n.pull_request_id = r.pull_request_id and n.eligible);
  -- All of its reviews drained to the end: the sum of theirs is GitHub's count.
  update pull_requests p set
    captured_kinds = array(select unnest(p.captured_kinds) union select 'review_comments' order by 1),
    review_comments_total = (select count(*) from comments c where c.pull_request_id = p.github_id and c.comment_type = 'review_comment')
  where p.github_id = any (v_pull_requests) and not p.captured_kinds @> '{review_comments}'
    and not exists (select from backfill_reviews r where r.state_id = v_state and r.pull_request_id = p.github_id);

  update backfill_items i set status = 'quarantined', reason = q.reason
  from jsonb_to_recordset(p_payload->'quarantined') as q(number integer, reason text)
  where i.state_id = v_state and i.number = q.number;
  update backfill_chunks set status = 'completed', completed_at = now(), result = p_payload->'result' where id = p_chunk;
  return jsonb_build_object('committed', true);
end $$;
