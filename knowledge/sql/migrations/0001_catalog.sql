-- The dbt project: what is searched and shown, and apart from it, how it is doing.
create table project (
    project_id integer generated always as identity primary key,
    name text not null,
    environment text not null default '',
    adapter text,
    dbt_version text,
    generated_at timestamptz,
    catalog_generated_at timestamptz,
    stamp text,                          -- what the source said of the artifacts served: unchanged means nothing new
    generation bigint not null default 0,  -- grows whenever a definition changes
    -- the project's nodes and their mean words per field, for length normalisation at query time
    nodes integer not null default 0,
    name_words real not null default 0,
    description_words real not null default 0,
    column_words real not null default 0,
    column_description_words real not null default 0,
    unique (name, environment)
);

create table node (
    node_id bigint generated always as identity primary key,
    project_id integer not null references project on delete cascade,
    unique_id text not null,
    definition jsonb not null,           -- knowledge.values.Node without its columns
    definition_hash bytea not null,      -- over definition, columns and tests
    -- what lists, names and search need of the definition
    kind text not null,
    name text not null,
    layer text not null,
    package text not null,
    label text,
    source_name text,
    identifier text,
    relation text,
    version text,
    is_latest boolean not null,
    deprecated_on date,
    brief text not null,                 -- the description's first sentence
    name_keys text[] not null,           -- its names as they are said: words.key_of
    -- words per field
    name_words smallint not null,
    description_words smallint not null,
    column_words smallint not null,
    column_description_words smallint not null,
    unique (project_id, unique_id)
)
-- Definitions live beside the table, so that search and lists, which read many rows, read short ones.
with (toast_tuple_target = 512);
create index node_unique_id on node (unique_id);
create index node_name_keys on node using gin (name_keys) with (fastupdate = off);

-- The tables that hang on a node have no foreign key: a check for each of a million rows would cost more than writing
-- them, and one place (sql/refresh.sql) writes them all.
create table node_column (
    node_id bigint not null,
    position integer not null,
    name text not null,
    name_key text not null,              -- the name as it is said: words.key_of
    definition jsonb not null,           -- knowledge.values.Column
    primary key (node_id, position)
);
create index node_column_name on node_column (lower(name));
create index node_column_name_key on node_column (name_key);

create table edge (
    project_id integer not null,
    parent text not null,
    child text not null,
    primary key (project_id, child, parent)
);
create index edge_parent on edge (project_id, parent);

create table data_test (
    project_id integer not null,
    unique_id text not null,
    node text not null,                  -- unique_id of the node it tests
    name text not null,
    column_name text,
    severity text not null,
    primary key (project_id, unique_id)
);
create index data_test_node on data_test (project_id, node);

create table run_result (
    project_id integer not null references project on delete cascade,
    unique_id text not null,
    status text not null,
    completed_at timestamptz,
    duration_s real,
    failures bigint,
    message text,
    primary key (project_id, unique_id)
);

create table freshness (
    project_id integer not null references project on delete cascade,
    unique_id text not null,
    status text not null,
    max_loaded_at timestamptz,
    checked_at timestamptz,
    primary key (project_id, unique_id)
);

-- Lexical search: how often a stem stands in each field of a node, and of how many words (so that a search reads
-- nothing else). Weights, mean lengths and rarity come in at query time.
create table posting (
    term text not null,
    node_id bigint not null,
    name_tf smallint not null,
    description_tf smallint not null,
    column_tf smallint not null,
    column_description_tf smallint not null,
    name_words smallint not null,
    description_words smallint not null,
    column_words smallint not null,
    column_description_words smallint not null,
    primary key (term, node_id)
);
create index posting_node on posting (node_id);

-- Semantic search: a passage is a text about a node; its vector is found by model and text hash.
create table passage (
    passage_id bigint generated always as identity primary key,
    node_id bigint not null,
    text text not null,
    text_hash bytea not null
);
create index passage_node on passage (node_id);
create index passage_text_hash on passage (text_hash);

create table embedding (
    model text not null,
    text_hash bytea not null,
    vector halfvec not null,
    created_at timestamptz not null default now(),
    primary key (model, text_hash)
);
-- Vectors stay in their rows while a page can hold them: every search reads them all.
alter table embedding alter column vector set storage main;

create table refresh (
    refresh_id bigint generated always as identity primary key,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    outcome text,                        -- changed, unchanged, refused, failed; null while it runs
    reason text,
    added integer not null default 0,
    changed integer not null default 0,
    removed integer not null default 0,
    oddities jsonb not null default '[]'
);
