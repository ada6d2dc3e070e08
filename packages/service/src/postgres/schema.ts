/**
 * The tables that outbox and inbox need, as steps that are applied once and in order. A step that has been released is
 * never changed; what comes later is a new step.
 */
import { NaruError } from '@naru/base'
import type { Database, Transaction } from '../ports.ts'
import { OUTBOX_LANES } from './limits.ts'

/** Names the locks on keys among all advisory locks of the database. */
export const KEY_LOCK = 0x6e_61_72_6f

const STEPS: readonly string[] = [
  `create table naru.outbox (
     id bigint generated always as identity primary key,
     lane smallint not null,
     event_id text not null,
     topic text not null,
     key text,
     value bytea,
     headers json not null,
     written_at timestamptz not null default now(),
     failed_at timestamptz,
     failure text
   );
   create index outbox_due on naru.outbox (lane, id) where failed_at is null;
   create table naru.outbox_lane (lane smallint primary key);
   insert into naru.outbox_lane select generate_series(0, ${OUTBOX_LANES - 1});
   create table naru.inbox (
     consumer text not null,
     event_id text not null,
     seen_at timestamptz not null default now(),
     primary key (consumer, event_id)
   );
   create index inbox_age on naru.inbox (seen_at);`,
  // The locks come first, in one order for all, and the numbers are drawn after them.
  `create function naru.outbox_write(
     lanes int[], ids text[], topics text[], keys text[], payloads bytea[], headers text[], hashes int[]
   ) returns void language plpgsql as $$
   begin
     perform pg_advisory_xact_lock(${KEY_LOCK}, hash)
       from (select distinct hash from unnest(hashes) as hash order by hash) as locks;
     insert into naru.outbox (lane, event_id, topic, key, value, headers)
       select event.lane, event.id, event.topic, event.key, event.payload, event.headers::json
       from unnest(lanes, ids, topics, keys, payloads, outbox_write.headers)
         with ordinality as event (lane, id, topic, key, payload, headers, place)
       order by event.place;
   end $$;`,
  // One index in place of two: what a relay takes it takes by number and removes by its place in the table.
  `alter table naru.outbox drop constraint outbox_pkey;
   drop index naru.outbox_due;
   create unique index outbox_due on naru.outbox (id) where failed_at is null;`
]

/** One step at a time through all processes of a service that start at once. */
const MIGRATION_LOCK = 0x6e_61_72_75

interface Applied {
  readonly owner: string
  readonly version: number
}

/** Brings our tables, then the service's own, to the newest version that this program knows. */
export async function migrate(database: Database, own: readonly string[]): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query('select pg_advisory_xact_lock($1::int, 0)', [MIGRATION_LOCK])
    // "if not exists" asks for the right to make schemas even where there is nothing to make.
    const found = await transaction.query("select 1 from pg_namespace where nspname = 'naru'")
    if (found.length === 0) await transaction.query('create schema naru')
    await transaction.query(
      `create table if not exists naru.migration (
         owner text not null, version int not null, applied_at timestamptz not null default now(),
         primary key (owner, version))`
    )
    const applied = await transaction.query<Applied>(
      'select owner, max(version) as version from naru.migration group by owner'
    )
    await apply(transaction, 'naru', STEPS, applied)
    await apply(transaction, 'service', own, applied)
  })
}

async function apply(
  transaction: Transaction,
  owner: string,
  steps: readonly string[],
  applied: readonly Applied[]
): Promise<void> {
  const version = applied.find((row) => row.owner === owner)?.version ?? 0
  if (version > steps.length) {
    throw new NaruError(
      'NEWER_SCHEMA',
      `the database has version ${version} of the tables of "${owner}", this program knows ${steps.length}: start the newer program`
    )
  }
  for (const [index, sql] of steps.entries()) {
    if (index < version) continue
    await transaction.query(sql)
    await transaction.query('insert into naru.migration (owner, version) values ($1, $2)', [owner, index + 1])
  }
}
