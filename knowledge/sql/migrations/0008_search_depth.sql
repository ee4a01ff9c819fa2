-- In an index of very many vectors the search goes deeper: of the nearest among 300,000 it found .964 with 200, .980 with 400.
create or replace function near_passages(of_model text, asked halfvec, of_columns boolean, kept bigint[], few integer, wanted integer)
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
    vectors real := (select reltuples from pg_class where oid = to_regclass(
        format('%I', vector_index_name(of_model, length, of_columns))
    ));
begin
    if vectors > 100000 then
        perform set_config('hnsw.ef_search', '500', true);  -- until the function ends
    end if;
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
