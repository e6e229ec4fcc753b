-- Pull requests that workers on a backfill captured: all those of one host, which a run of GitHub Actions is, or without
-- a host the last ones.
drop function public.sync_log_recent_records(uuid, integer);

create function public.sync_log_recent_records(p_state uuid, p_host text, p_runs integer) returns bigint
language sql stable set search_path = public as $$
  select coalesce(sum(records_processed), 0) from (
    select records_processed from sync_logs
    where state_id = p_state and (p_host is null or starts_with(worker, p_host || ':'))
    order by id desc limit case when p_host is null then p_runs end) recent
$$;

revoke all on function public.sync_log_recent_records(uuid, text, integer) from public, anon, authenticated;
grant execute on function public.sync_log_recent_records(uuid, text, integer) to service_role;

create or replace function public.capture_schema_version() returns text language sql immutable as $$ select '20261122000000' $$;
