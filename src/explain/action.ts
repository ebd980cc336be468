import type { Engine } from '../engine/engine.ts'
import { defineQuery, type RowsOf, runQueries } from '../engine/query.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import { suggestion } from '../suggestion.ts'

const SECTIONS = {
  machine: defineQuery({
    file: 'src/explain/action_machine.sql',
    columns: {
      machine_id: 'text?',
      name: 'text',
      status: 'text',
      detail: 'text?',
      first_day: 'date?',
      last_day: 'date?',
      billing_currency: 'text?',
      billed_hours: 'amount?',
      cost: 'amount?',
      low: 'amount?',
      base: 'amount?',
      high: 'amount?',
    },
  }),
  line: defineQuery({
    file: 'src/explain/action_line.sql',
    columns: {
      machine: 'text',
      day: 'date',
      plan: 'text?',
      meter: 'text?',
      allocated: 'boolean',
      hours: 'amount?',
      cost: 'amount?',
      billing_currency: 'text',
      source_file: 'text?',
      source_row: 'seconds?',
    },
  }),
} as const

/** An action: the machines it claims money of, and the lines of the bill behind them. */
export interface ActionStory extends RowsOf<typeof SECTIONS> {
  action: string
}

/** Explains an action by its key, as `actions.csv` names it; an unknown key is a HourwiseError (exit 2). */
export async function explainAction(engine: Engine, key: string): Promise<ActionStory> {
  const rows = await engine.rows('select distinct action_key from actions.action_machine order by action_key')
  const keys = rows.map((row) => String(row['action_key']))
  if (!keys.includes(key)) {
    throw new HourwiseError(EXIT.usage, `no action has the key ${key}${suggestion(key, keys)}`, {
      details: keys.length === 0 ? ['there is nothing to do in this period'] : keys.slice(0, 12),
      next: 'actions.csv of a report lists every action with its key.',
    })
  }
  await engine.run('create or replace table config.explained_action (action_key varchar)')
  await engine.insert('config.explained_action', [[key]])
  return { action: key, ...(await runQueries(engine, SECTIONS)) }
}
