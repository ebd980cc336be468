import type { Engine, Row, SqlValue } from '../src/engine/engine.ts'
import { NORMALISE_RELATIONS } from '../src/normalise/relations.ts'

const COLUMNS = Object.keys(NORMALISE_RELATIONS.endpoint_device)
const CONTENT = Object.keys(NORMALISE_RELATIONS.device_state).filter((name) => name !== 'state_id')

/**
 * Adds rows of `normalise.endpoint_device`, which is a view: their states, each once, and their sightings. What a row does
 * not give is NULL.
 */
export async function addDevices(engine: Engine, rows: readonly Row[]): Promise<void> {
  for (const name of rows.flatMap((row) => Object.keys(row))) {
    if (!COLUMNS.includes(name)) throw new Error(`normalise.endpoint_device has no column ${name}`)
  }
  const same = CONTENT.map((name) => `s.${name} is not distinct from g.${name}`).join(' and ')
  await engine.run('create or replace temp table given_device as select * from normalise.endpoint_device limit 0')
  await engine.insert(
    'given_device',
    rows.map((row): SqlValue[] => COLUMNS.map((name) => row[name] ?? null)),
  )
  await engine.run(
    `insert into normalise.device_state (state_id, ${CONTENT.join(', ')})
     select (select coalesce(max(state_id), 0) from normalise.device_state) + row_number() over (order by ${CONTENT.join(', ')}), *
     from (select distinct ${CONTENT.map((name) => `g.${name}`).join(', ')} from given_device g
           where not exists (select 1 from normalise.device_state s where ${same}))`,
  )
  await engine.run(
    `insert into normalise.device_sighting (file_id, row_number, snapshot_at, state_id, last_seen_at)
     select g.file_id, g.row_number, g.snapshot_at, s.state_id, g.last_seen_at
     from given_device g join normalise.device_state s on ${same}`,
  )
  await engine.run('drop table given_device')
}

/** Removes all rows of `normalise.endpoint_device`. */
export async function removeDevices(engine: Engine): Promise<void> {
  await engine.run('delete from normalise.device_sighting; delete from normalise.device_state')
}
