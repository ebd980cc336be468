// Relations with rows by machine and day hold a machine's number (src/ledger/machine_number.sql); tests speak of ids.
import type { Engine, Row, SqlValue } from '../src/engine/engine.ts'

const numbers = new Map<string, number>()

/** The number of a machine of a hand-made estate: those first spoken of have the smaller ones. */
export function machineNumber(id: string): number {
  const known = numbers.get(id)
  if (known !== undefined) return known
  numbers.set(id, numbers.size + 1)
  return numbers.size
}

/** The id of a machine of a hand-made estate by its number; NULL stays NULL. */
export function machineId(number: unknown): string | null {
  if (number === null || number === undefined) return null
  for (const [id, its] of numbers) if (its === number) return id
  throw new Error(`no machine has the number ${String(number)}`)
}

/** Rows of a query of hand-made estates with the id of a machine instead of its number. */
export function identified(rows: readonly Row[]): Row[] {
  return rows.map(({ machine_number, ...row }) => ({ machine_id: machineId(machine_number), ...row }))
}

const WITH_BOTH = ['ledger.machine', 'ledger.machine_identity']

/** A row that names its machine by `machine_id` as the relation holds it. */
export function numbered(relation: string, row: Readonly<Record<string, SqlValue>>): Record<string, SqlValue> {
  const { machine_id: id, ...rest } = row
  if (id === undefined || relation.startsWith('history.')) return row
  return {
    ...(WITH_BOTH.includes(relation) ? { machine_id: id } : {}),
    machine_number: id === null ? null : machineNumber(String(id)),
    ...rest,
  }
}

/** Gives every relation of a ledger that numbers machines a view of the same name in schema `named` that has their ids. */
export async function nameMachines(engine: Engine): Promise<void> {
  const relations = await engine.rows(`select table_name from information_schema.columns where table_schema = 'ledger'
    group by table_name having bool_or(column_name = 'machine_number') and not bool_or(column_name = 'machine_id')`)
  await engine.run('create schema if not exists named')
  for (const { table_name } of relations)
    await engine.run(`create or replace view named.${table_name} as select n.machine_id, r.*
      from ledger.${table_name} r left join ledger.machine_number n on n.machine_number = r.machine_number`)
}
