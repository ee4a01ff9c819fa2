-- What people asked, what was answered, and what they thought of it.
create table turn (
    turn_id uuid primary key default gen_random_uuid(),
    team text not null,
    channel text not null,
    asker text not null,
    surface text not null,
    question text not null,
    asked_at timestamptz not null default now(),
    ts text,                             -- null for a command until its question is posted
    thread_ts text,
    trigger_id text,
    response_url text,                   -- emptied once the turn is finished
    answer_ts text,                      -- stored when the answer is begun
    finished_at timestamptz,
    outcome text,                        -- answered, refused, failed, help; null while open
    answer text,
    answer_json jsonb,                   -- agent.Answer
    model_calls integer,
    tokens integer,
    seconds real
);
create unique index turn_message on turn (team, channel, ts) where ts is not null;
create unique index turn_trigger on turn (team, trigger_id) where trigger_id is not null;
create index turn_answer on turn (channel, answer_ts) where answer_ts is not null;
create index turn_thread on turn (team, channel, thread_ts);
create index turn_asked on turn (asked_at, turn_id);

-- Times are Slack's own, so that the order in which events arrive does not matter.
create table vote (
    turn_id uuid not null references turn on delete cascade,
    voter text not null,
    verdict text not null check (verdict in ('up', 'down')),   -- the thumb given last
    event_ts numeric not null,                                 -- when; 0 while only its withdrawal has arrived
    up_withdrawn_ts numeric not null default 0,
    down_withdrawn_ts numeric not null default 0,
    withdrawn boolean not null generated always as (
        event_ts <= case verdict when 'up' then up_withdrawn_ts else down_withdrawn_ts end
    ) stored,
    reason text,
    voted_at timestamptz not null default now(),
    primary key (turn_id, voter)
);
