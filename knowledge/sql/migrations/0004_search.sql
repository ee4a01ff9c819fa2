-- Search: passages of columns, vectors found by an index, of frequent terms only what counts.

-- By what a search is kept to some nodes: read from their definitions, so that nothing else has to write them.
create function text_array(jsonb) returns text[] immutable strict parallel safe language sql
return array(select jsonb_array_elements_text($1));
alter table node
    add column tags text[] not null generated always as (coalesce(text_array(definition -> 'tags'), '{}')) stored,
    -- bare, and with its database
    add column schemas text[] not null generated always as (array_remove(array[
        definition ->> 'schema', (definition ->> 'database') || '.' || (definition ->> 'schema')
    ], null)) stored,
    -- name and e-mail address, and the group's name
    add column owners text[] not null generated always as (array_remove(array[
        definition #>> '{owner,name}', definition #>> '{owner,email}', definition ->> 'group'
    ], null)) stored;

-- Terms are made by knowledge/terms.py, in the language of the node's own prose or else of most of its project's.
alter table node
    add column language text not null default 'english',
    add column tells_language boolean not null default false;
alter table project add column languages text[] not null default '{english}';  -- of its nodes

-- Of a frequent term a search reads those nodes that say most of it: by what its frequency there roughly is, the
-- fields' usual lengths taken for their mean lengths. Scores are made of exact ones (knowledge/sql/search.sql).
alter table posting add column rough_frequency real not null generated always as (
    5 * name_tf / (0.25::float8 + 0.75::float8 * name_words / 6)
    + 2 * description_tf / (0.25::float8 + 0.75::float8 * description_words / 15)
    + column_tf / (0.25::float8 + 0.75::float8 * column_words / 15)
    + 0.3::float8 * column_description_tf / (0.25::float8 + 0.75::float8 * column_description_words / 40)
) stored;
alter table posting drop constraint posting_pkey;
create index posting_term on posting (term, rough_frequency desc, node_id);

-- Terms that stand in very many nodes, and in how many: to count those takes longer than all else.
create table frequent_term (
    term text primary key,
    nodes integer not null
);

-- A passage is about a node, or about one of its columns; what they mean is asked for apart.
alter table passage add column column_name text;
alter table embedding add column of_column boolean not null default false;
alter table embedding drop constraint embedding_pkey, add primary key (model, text_hash, of_column);

-- Models whose vectors lie in indexes of their own, one of nodes and one of columns: below some thousand vectors
-- looking at all is as quick, and exact.
create table vector_index (
    model text primary key,
    dimensions integer not null
);

-- pgvector's settings are known once it is loaded; before that only a superuser may name them.
select '[1]'::halfvec <=> '[1]'::halfvec;

create function vector_index_name(model text, dimensions integer, of_columns boolean) returns text
immutable language sql return format(
    'embedding_of_%s_%s', case when of_columns then 'columns' else 'nodes' end, left(md5(model || ' ' || dimensions), 12)
);

-- Make the indexes for a model that has at least so many vectors; whether they are there afterwards.
create function index_vectors(of_model text, minimum bigint) returns boolean language plpgsql
set maintenance_work_mem = '256MB'
as $$
declare
    length integer := (select dimensions from vector_index where model = of_model);
    number bigint;
begin
    if length is not null then
        return true;
    end if;
    select vector_dims(vector), count(*) into length, number
    from embedding where model = of_model group by 1 order by 2 desc limit 1;
    if number is null or number < minimum or length > 4000 then  -- pgvector indexes no longer ones
        return false;
    end if;
    for of_columns in 0..1 loop
        -- Vectors of another length, left by an endpoint that changed its model, stay outside.
        execute format(
            'create index if not exists %I on embedding using hnsw ((vector::halfvec(%s)) halfvec_cosine_ops) '
            'with (m = 16, ef_construction = 128) where model = %L and vector_dims(vector) = %s and of_column = %L',
            vector_index_name(of_model, length, of_columns = 1), length, of_model, length, of_columns = 1
        );
    end loop;
    insert into vector_index (model, dimensions) values (of_model, length);
    return true;
end
$$;

-- Drop the indexes of all other models; those that are read right now, the next time.
create function drop_vector_indexes(besides text) returns void language plpgsql
set lock_timeout = '2s'
as $$
declare
    other record;
begin
    for other in select * from vector_index where model <> besides loop
        execute format('drop index if exists %I, %I',
            vector_index_name(other.model, other.dimensions, false),
            vector_index_name(other.model, other.dimensions, true));
        delete from vector_index where model = other.model;
    end loop;
exception when lock_not_available then
    null;
end
$$;

-- The passages nearest to a vector by its model's index, best first but for some neighbours; of few nodes all are
-- looked at, for the index would lead to many others first. The planner is told what to do: it cannot know how far the
-- index will have to be followed. (It would also look at each element of an array on the right of `= any`.)
create function near_passages(of_model text, asked halfvec, of_columns boolean, kept bigint[], few integer, wanted integer)
returns table (node_id bigint, column_name text, distance float8) language plpgsql stable
set hnsw.ef_search = 200
set hnsw.iterative_scan = relaxed_order
set work_mem = '16MB'
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_sort = off
as $$
declare
    length integer := vector_dims(asked);
    found integer := 0;
begin
    if cardinality(kept) <= few is not true then
        return query execute format(
            'select passage.node_id, passage.column_name, vector::halfvec(%s) <=> $1 '
            'from embedding join passage using (text_hash) '
            'where model = %L and vector_dims(vector) = %s and of_column = %L and (column_name is not null) = %L '
            'and ($2 is null or passage.node_id in (select unnest($2))) '
            'order by vector::halfvec(%s) <=> $1 limit $3',
            length, of_model, length, of_columns, of_columns, length
        ) using asked, kept, wanted;
        get diagnostics found = row_count;
    end if;
    if kept is not null and found < wanted then
        return query
        select passage.node_id, passage.column_name, vector <=> asked
        from unnest(kept) as each
        join passage on passage.node_id = each and (passage.column_name is not null) = of_columns
        join embedding on model = of_model and embedding.text_hash = passage.text_hash and of_column = of_columns
            and vector_dims(vector) = length
        order by 3
        limit wanted;
    end if;
end
$$;
