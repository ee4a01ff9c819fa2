-- Which columns a model's columns are made of, as its compiled SQL says. Nothing here names what is hidden: a hidden node
-- goes by the hash that the lineage of nodes has for it, and its columns and all that is computed of them are left out.
alter table project add column column_lineage_by text;  -- by which reader of SQL it is complete; null: it is due

-- A model whose SQL was read, and from what: it is not read again while that stays.
create table column_reading (
    project_id integer not null references project on delete cascade,
    unique_id text not null,
    basis bytea not null,                -- hash of the SQL, the columns of what it reads, and the reader
    fault text,                          -- why it could not be read; null when it could
    columns text[],                      -- all columns that it makes, in lower case; null where they are not all known
    primary key (project_id, unique_id)
);

-- A column that a model makes.
create table column_origin (
    project_id integer not null references project on delete cascade,
    unique_id text not null,
    column_name text not null,           -- in lower case, here and below
    steps jsonb not null,                -- [[column, expression], …] inside the model, the outermost first
    is_whole boolean not null,           -- whether all that it is made of could be found
    primary key (project_id, unique_id, column_name)
);

-- That one column is made of another, or that a model needs a column of which it makes none.
create table column_edge (
    project_id integer not null references project on delete cascade,
    parent text not null,
    parent_column text,                  -- null: hidden
    child text not null,
    child_column text                    -- null: it filters, joins, groups or sorts by it
);
create index column_edge_parent on column_edge (project_id, parent, parent_column);
create index column_edge_child on column_edge (project_id, child, child_column);
