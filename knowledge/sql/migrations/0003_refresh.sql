-- Where a project's artifacts come from and how far they have been read; what is hidden; what changed.
alter table project drop column stamp;
alter table project
    add column source text,              -- key of the source that speaks for it
    add column cursor jsonb,             -- how far that source has been read, in its own words
    add column made_with text,           -- by what recipe, reader and hide rules the definitions were stored
    add column keys bytea,               -- by which the next reading knows what is the same (knowledge.artifacts.keys)
    add column environment_name text,
    add column node_link text,           -- address of a node's page, {unique_id} and {kind} to be replaced
    add column code_link text,           -- address of a node's file, {path} to be replaced
    add column hidden integer not null default 0,
    add column hides boolean not null default false;  -- whether a node or a column is hidden
alter table project alter column keys set storage external;  -- digests do not compress
create index project_source on project (source);

-- A hidden node, so that lineage can pass through it: edges name it by a keyed hash of its unique_id.
create table hidden_node (
    project_id integer not null references project on delete cascade,
    unique_id text not null,
    kind text not null,
    primary key (project_id, unique_id)
);

-- Keys that no person sets and none sees.
create table secret (
    name text primary key,
    value bytea not null default uuid_send(gen_random_uuid())
);

-- What a refresh changed, node by node and field by field.
create table change (
    change_id bigint generated always as identity primary key,
    refresh_id bigint not null,
    project_id integer not null references project on delete cascade,
    changed_at timestamptz not null default now(),
    unique_id text not null,
    name text not null,
    kind text not null,
    layer text,                          -- of a node of which that may be gone soon
    what text not null,                  -- added, removed, renamed, changed, broke, recovered
    field text,                          -- of what changed: description, column, type, owner, test, …
    item text,                           -- which of the field's many: a column's or a test's name
    before text,
    after text
);
create index change_changed_at on change (changed_at);
create index change_unique_id on change (unique_id, changed_at);

-- A digest that was posted, and the last change it looked at.
create table digest (
    digest_id bigint generated always as identity primary key,
    channel text not null,
    change_id bigint not null,
    posted_at timestamptz not null default now()
);

alter table refresh add column told_at timestamptz;   -- when the admins heard of how it ended

-- Vectors of which model are searched: of the newest one that has every text.
create table embedding_model (
    model text primary key,
    complete_since timestamptz not null default now(),
    swept_at timestamptz not null default now()
);
insert into embedding_model (model) select distinct model from embedding;
alter table embedding add column unused_since timestamptz;

-- Events that dbt's webhook has delivered, each of them perhaps more than once.
create table webhook_event (
    event_id text primary key,
    received_at timestamptz not null default now()
);
create index webhook_event_received_at on webhook_event (received_at);

-- Whether something was last seen to work: what was skipped, or ended in between, leaves it as it was.
alter table run_result add column good boolean;
alter table freshness add column good boolean;

-- What threads remember may name what has just been hidden. The tables are langgraph's and may not be there yet.
create function forget_threads() returns void language plpgsql as $$
begin
    if to_regclass('checkpoints') is not null then
        delete from checkpoint_writes;
        delete from checkpoint_blobs;
        delete from checkpoints;
    end if;
end
$$;
