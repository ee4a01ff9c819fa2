-- What a server must offer, and the locks that processes agree by.

-- name: server_facts
-- Everything that decides whether Marty can live in this database.
select current_setting('server_version_num')::int as version,
       current_setting('server_version') as version_text,
       pg_is_in_recovery() as standby,
       current_setting('default_transaction_read_only')::bool as read_only,
       current_setting('server_encoding') as encoding,
       current_database() as database,
       current_user as role,
       current_schema() as schema,
       coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create,
       e.extversion as vector_version,
       n.nspname as vector_schema,
       to_regtype('halfvec') is not null as vector_visible,
       a.default_version as vector_available
from (values (1)) one
left join pg_extension e on e.extname = 'vector'
left join pg_namespace n on n.oid = e.extnamespace
left join pg_available_extensions a on a.name = 'vector'

-- name: create_vector
-- Bring pgvector into this database; only those whom the server trusts may.
create extension if not exists vector

-- name: vector_types
-- The numbers of pgvector's types and of their arrays in this database.
select t.typname as name, t.oid::int8 as oid, t.typarray::int8 as array_oid
from pg_type t
where t.oid in (to_regtype('vector'), to_regtype('halfvec'))

-- name: notice_dead_peers
-- Let the server find out within a minute that this client's machine has vanished: what it locked must come free.
select set_config('tcp_keepalives_idle', '30', false),
       set_config('tcp_keepalives_interval', '10', false),
       set_config('tcp_keepalives_count', '3', false)

-- name: try_lock
-- Take the lock of that name for this session unless another session has it.
select pg_try_advisory_lock(hashtextextended('marty/' || %(name)s, 0)) as taken

-- name: unlock
-- Give the lock back now: the end of a connection reaches the server only later.
select pg_advisory_unlock(hashtextextended('marty/' || %(name)s, 0))

-- name: in_utc
-- Times are handed out in UTC, whatever the server's own zone is.
set time zone 'UTC'
