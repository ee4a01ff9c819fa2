-- Which steps have made this database what it is.

-- name: create_migration_table
-- The record of the steps taken.
create table if not exists marty_migration (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default now()
)

-- name: applied_migrations
-- The steps taken so far.
select name, checksum from marty_migration

-- name: record_migration
-- A step has been taken, in the transaction that took it.
insert into marty_migration (name, checksum) values (%(name)s, %(checksum)s)
