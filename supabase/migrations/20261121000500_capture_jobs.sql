-- Runs on GitHub Actions that were asked for: queued -> dispatched -> running -> completed | failed | cancelled.
-- GitHub's API remembers neither who asked for a run nor with which inputs.

create table public.progressive_capture_jobs (
  id uuid primary key default gen_random_uuid(),
  -- Echoed in the title of the run: finds the run, and makes opening a job idempotent.
  request_id text not null unique,
  pipeline text not null,
  -- The repository whose Actions run the workflow, not the one that is captured.
  dispatch_repository text not null,
  workflow text not null,
  ref text not null,
  inputs jsonb not null,
  status text not null default 'queued'
    check (status in ('queued', 'dispatched', 'running', 'completed', 'failed', 'cancelled')),
  run_id bigint,
  -- GitHub's run_attempt; 0 until the run is known.
  run_attempt integer not null default 0,
  run_url text,
  -- GitHub's own word for how the run ended.
  conclusion text,
  error text,
  created_at timestamptz not null default now(),
  dispatched_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz
);
create index progressive_capture_jobs_created on public.progressive_capture_jobs (created_at desc);
create unique index progressive_capture_jobs_run on public.progressive_capture_jobs (dispatch_repository, run_id);

alter table public.progressive_capture_jobs enable row level security;
revoke all on public.progressive_capture_jobs from anon, authenticated;
grant all on public.progressive_capture_jobs to service_role;

create function public.capture_job_rank(p_status text) returns integer language sql immutable as $$
  select case p_status when 'queued' then 0 when 'dispatched' then 1 when 'running' then 2 else 3 end
$$;

create function public.capture_job_row(p_job progressive_capture_jobs) returns jsonb
language sql stable set search_path = public as $$
  select to_jsonb(p_job) || jsonb_build_object('run_id', p_job.run_id::text)
$$;

-- Remembers a request before it is sent. Opening the same request again changes nothing.
create function public.capture_job_open(p_job jsonb) returns jsonb
language plpgsql set search_path = public as $$
declare
  v_job progressive_capture_jobs;
begin
  insert into progressive_capture_jobs (request_id, pipeline, dispatch_repository, workflow, ref, inputs)
  values (p_job->>'request_id', p_job->>'pipeline', p_job->>'dispatch_repository', p_job->>'workflow', p_job->>'ref', p_job->'inputs')
  on conflict (request_id) do nothing;
  select * into v_job from progressive_capture_jobs where request_id = p_job->>'request_id';
  return capture_job_row(v_job);
end $$;

-- Moves a job forward, named by its request or by its run; null when no job is meant. Never backward: a late report of
-- an earlier state changes nothing, and only a new attempt of the run reopens a job that has ended.
create function public.capture_job_advance(p_request_id text, p_dispatch_repository text, p_run_id bigint, p_change jsonb) returns jsonb
language plpgsql set search_path = public as $$
declare
  v_job progressive_capture_jobs;
  v_status text := p_change->>'status';
  v_attempt integer;
begin
  select * into v_job from progressive_capture_jobs
  where (p_request_id is not null and request_id = p_request_id)
    or (p_request_id is null and dispatch_repository = p_dispatch_repository and run_id = p_run_id)
  for update;
  if not found then return null; end if;
  v_attempt := coalesce((p_change->>'run_attempt')::integer, v_job.run_attempt);
  if (v_attempt, capture_job_rank(v_status)) > (v_job.run_attempt, capture_job_rank(v_job.status))
    -- What ended without a run has ended.
    and not (v_job.run_id is null and capture_job_rank(v_job.status) = 3) then
    update progressive_capture_jobs set
      status = v_status,
      run_attempt = v_attempt,
      run_id = coalesce(run_id, p_run_id),
      run_url = coalesce(p_change->>'run_url', run_url),
      conclusion = p_change->>'conclusion',
      error = p_change->>'error',
      dispatched_at = case when capture_job_rank(v_status) >= 1 and p_run_id is not null then coalesce(dispatched_at, now()) else dispatched_at end,
      started_at = case when v_status = 'running' and (started_at is null or v_attempt > run_attempt and run_attempt > 0) then now()
        else started_at end,
      finished_at = case when capture_job_rank(v_status) = 3 then now() end
    where id = v_job.id returning * into v_job;
  end if;
  return capture_job_row(v_job);
end $$;

-- The newest jobs, newest first.
create function public.capture_jobs(p_dispatch_repository text, p_limit integer) returns jsonb
language sql stable set search_path = public as $$
  select coalesce(jsonb_agg(capture_job_row(j) order by j.created_at desc, j.id), '[]')
  from (select * from progressive_capture_jobs where p_dispatch_repository is null or dispatch_repository = p_dispatch_repository
    order by created_at desc, id limit p_limit) j
$$;

-- The job of a run; null when the run was not asked for through this store.
create function public.capture_job_of_run(p_dispatch_repository text, p_run_id bigint) returns jsonb
language sql stable set search_path = public as $$
  select capture_job_row(j) from progressive_capture_jobs j where dispatch_repository = p_dispatch_repository and run_id = p_run_id
$$;

do $$
declare v_function regprocedure;
begin
  for v_function in
    select p.oid::regprocedure from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname like 'capture\_job%'
  loop
    execute format('revoke all on function %s from public, anon, authenticated', v_function);
    execute format('grant execute on function %s to service_role', v_function);
  end loop;
end $$;

create or replace function public.capture_schema_version() returns text language sql immutable as $$ select '20261121000500' $$;
