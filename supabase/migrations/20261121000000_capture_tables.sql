-- What is captured. GitHub's own timestamps keep GitHub's names (created_at, updated_at, ...); ours are captured_at.
-- GitHub ids are BIGINT (they have passed 2^31). Unknown is NULL, never 0.

create table public.repositories (
  github_id bigint primary key,
  node_id text not null,
  owner text not null,
  name text not null,
  full_name text not null,
  previous_names text[] not null default '{}',
  is_private boolean not null default false,
  default_branch text,
  pull_request_count integer,
  created_at timestamptz,
  captured_at timestamptz not null default now()
);
-- Not unique: a name that GitHub has given to another repository may stand here twice until the first is seen again.
create index repositories_full_name on public.repositories (lower(full_name));

create table public.contributors (
  id bigint generated always as identity primary key,
  -- Null for the account kinds that have no database id (EnterpriseUserAccount).
  github_id bigint,
  node_id text not null,
  -- Logins change hands and differ between REST and GraphQL for bots: never a key.
  username text not null,
  actor_type text not null check (actor_type in ('User', 'Bot', 'Mannequin', 'Organization', 'EnterpriseUserAccount')),
  avatar_url text,
  captured_at timestamptz not null default now(),
  actor_key text generated always as (coalesce(github_id::text, 'node:' || node_id)) stored,
  unique (actor_key)
);
create index contributors_username on public.contributors (lower(username));

create table public.pull_requests (
  github_id bigint primary key,
  node_id text not null,
  repository_id bigint not null references public.repositories on delete cascade,
  number integer not null,
  title text not null,
  body text,
  state text not null check (state in ('open', 'closed')),
  merged boolean not null,
  draft boolean not null,
  locked boolean not null,
  author_id bigint references public.contributors,
  merged_by_id bigint references public.contributors,
  base_branch text not null,
  head_branch text not null,
  base_sha text,
  head_sha text,
  merge_commit_sha text,
  additions integer,
  deletions integer,
  changed_files integer,
  html_url text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  closed_at timestamptz,
  merged_at timestamptz,
  -- What GitHub said there is of each kind when the kind was last captured; null while it never was.
  files_total integer,
  reviews_total integer,
  review_comments_total integer,
  comments_total integer,
  commits_total integer,
  captured_kinds text[] not null default '{}',
  captured_at timestamptz not null default now(),
  -- When a re-enumeration found that GitHub no longer has it. The row is kept.
  gone_at timestamptz,
  unique (repository_id, number)
);
create index pull_requests_author on public.pull_requests (author_id);
create index pull_requests_updated on public.pull_requests (repository_id, updated_at desc);

create table public.pull_request_files (
  pull_request_id bigint not null references public.pull_requests on delete cascade,
  path text not null,
  additions integer not null,
  deletions integer not null,
  change_type text not null,
  primary key (pull_request_id, path)
);

create table public.reviews (
  github_id bigint primary key,
  node_id text not null,
  pull_request_id bigint not null references public.pull_requests on delete cascade,
  author_id bigint references public.contributors,
  state text not null check (state in ('PENDING', 'APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED')),
  body text not null,
  commit_sha text,
  -- A pending review has none.
  submitted_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index reviews_pull_request on public.reviews (pull_request_id);

create table public.comments (
  -- Issue comments and review comments have separate id spaces on GitHub.
  comment_type text not null check (comment_type in ('issue_comment', 'review_comment')),
  github_id bigint not null,
  node_id text not null,
  pull_request_id bigint not null references public.pull_requests on delete cascade,
  review_id bigint references public.reviews on delete cascade,
  author_id bigint references public.contributors,
  body text not null,
  -- Review comments only. position and line are null when the comment is outdated.
  path text,
  position integer,
  original_position integer,
  line integer,
  original_line integer,
  diff_hunk text,
  outdated boolean,
  commit_sha text,
  original_commit_sha text,
  in_reply_to_github_id bigint,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (comment_type, github_id),
  check ((comment_type = 'review_comment') = (review_id is not null))
);
create index comments_pull_request on public.comments (pull_request_id, comment_type);
create index comments_review on public.comments (review_id) where review_id is not null;

create table public.commits (
  repository_id bigint not null references public.repositories on delete cascade,
  sha text not null,
  message text not null,
  author_id bigint references public.contributors,
  author_name text,
  committer_id bigint references public.contributors,
  committer_name text,
  authored_at timestamptz,
  committed_at timestamptz,
  primary key (repository_id, sha)
);

-- One commit can stand in several pull requests.
create table public.pull_request_commits (
  pull_request_id bigint not null references public.pull_requests on delete cascade,
  repository_id bigint not null,
  sha text not null,
  position integer not null,
  primary key (pull_request_id, sha),
  foreign key (repository_id, sha) references public.commits on delete cascade
);
create index pull_request_commits_sha on public.pull_request_commits (repository_id, sha);
