import type { Engine, Row, SqlValue } from '../src/engine/engine.ts'
import { NORMALISE_RELATIONS } from '../src/normalise/relations.ts'

const COLUMNS = Object.keys(NORMALISE_RELATIONS.cost_line)
const FACT = Object.keys(NORMALISE_RELATIONS.cost_charge).filter((name) => COLUMNS.includes(name))
const WORDS = [
  { relation: 'cost_kind', key: 'kind_key' },
  { relation: 'cost_resource', key: 'resource_key' },
] as const

/**
 * Adds rows of `normalise.cost_line`, which is a view: what lines are and what they are for, each once, and the lines with
 * the keys of both. What a row does not give is NULL.
 */
export async function addCostLines(engine: Engine, rows: readonly Row[]): Promise<void> {
  for (const name of rows.flatMap((row) => Object.keys(row))) {
    if (!COLUMNS.includes(name)) throw new Error(`normalise.cost_line has no column ${name}`)
  }
  await engine.run('create or replace temp table given_line as select * from normalise.cost_line limit 0')
  await engine.insert(
    'given_line',
    rows.map((row): SqlValue[] => COLUMNS.map((name) => row[name] ?? null)),
  )
  const joins: string[] = []
  for (const { relation, key } of WORDS) {
    const words = Object.keys(NORMALISE_RELATIONS[relation]).filter((name) => name !== key)
    const same = words.map((name) => `w.${name} is not distinct from g.${name}`).join(' and ')
    await engine.run(
      `insert into normalise.${relation} (${key}, ${words.join(', ')})
       select (select coalesce(max(${key}), 0) from normalise.${relation}) + row_number() over (order by ${words.join(', ')}), *
       from (select distinct ${words.map((name) => `g.${name}`).join(', ')} from given_line g
             where not exists (select 1 from normalise.${relation} w where ${same}))`,
    )
    joins.push(`join normalise.${relation} ${relation} on ${same.replaceAll('w.', `${relation}.`)}`)
  }
  await engine.run(
    `insert into normalise.cost_charge (${FACT.join(', ')}, kind_key, resource_key)
     select ${FACT.map((name) => `g.${name}`).join(', ')}, cost_kind.kind_key, cost_resource.resource_key from given_line g ${joins.join(' ')}`,
  )
  await engine.run('drop table given_line')
}
