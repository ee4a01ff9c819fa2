-- A set of questions as it was last asked of the catalog. No name of a node and no word of a question is kept: what is
-- hidden later would still be known here.
create table evaluation (
    evaluation_id bigint generated always as identity primary key,
    made_at timestamptz not null default now(),
    definitions text not null,           -- the generation of each project
    questions text not null,             -- digest of the set
    is_reference boolean not null,       -- later ones are compared with it
    ranks jsonb not null                 -- digest of a question → where its nodes stood, in their order; null: nowhere
);
