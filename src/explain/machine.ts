import { type Engine, sqlText } from '../engine/engine.ts'
import { defineQuery, type RowsOf, runQueries, runQuery } from '../engine/query.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import { closest } from '../suggestion.ts'

const CANDIDATE = defineQuery({
  file: 'src/explain/candidate.sql',
  columns: { machine_id: 'text', called: 'text', name: 'text', resource_id: 'text', subscription_name: 'text?' },
})

/** Where a record stands: its file, and its `row_number` there (`src/normalise/relations.ts`). */
const PLACE = { source_file: 'text?', source_row: 'seconds?' } as const

/** What is told of a machine, section by section; moments are ISO 8601 UTC, hours and money exact decimals. */
export const MACHINE_SECTIONS = {
  machine: defineQuery({
    file: 'src/explain/machine.sql',
    columns: {
      machine_id: 'text',
      name: 'text',
      kind: 'text',
      os_class: 'text',
      os_name: 'text?',
      managed_by: 'text?',
      owner: 'text?',
      subscription_id: 'text?',
      subscription_name: 'text?',
      resource_group: 'text?',
      location: 'text?',
      vm_id: 'text?',
      fqdn: 'text?',
      device_id: 'text?',
      match_evidence: 'text?',
      created: 'text?',
      deleted: 'text?',
      in_period_from: 'text?',
      in_period_until: 'text?',
      known_to_inventory: 'boolean',
      known_to_bill: 'boolean',
      known_to_endpoint: 'boolean',
      in_licence_scope: 'boolean',
    },
  }),
  identity: defineQuery({
    file: 'src/explain/identity.sql',
    columns: {
      resource_id: 'text',
      evidence: 'text',
      from_moment: 'text?',
      until_moment: 'text?',
      named_by: 'text?',
      ...PLACE,
    },
  }),
  bucket: defineQuery({
    file: 'src/explain/bucket.sql',
    columns: {
      bucket: 'text',
      evidence: 'text',
      billing_currency: 'text?',
      hours: 'amount',
      billed_hours: 'amount?',
      cost: 'amount?',
    },
  }),
  action: defineQuery({
    file: 'src/explain/action.sql',
    columns: {
      action_key: 'text',
      kind: 'text',
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
  power: defineQuery({
    file: 'src/explain/power.sql',
    columns: {
      from_moment: 'text',
      until_moment: 'text',
      power: 'text',
      evidence: 'text',
      hours: 'amount',
      told_by: 'text?',
      ...PLACE,
    },
  }),
  plan: defineQuery({
    file: 'src/explain/plan.sql',
    columns: { from_day: 'date', to_day: 'date', plan: 'text', proved_by: 'text?', evidence: 'text', ...PLACE },
  }),
  health: defineQuery({
    file: 'src/explain/health.sql',
    columns: {
      from_moment: 'text',
      until_moment: 'text',
      health: 'text',
      issue: 'text?',
      message: 'text?',
      evidence: 'text',
      ...PLACE,
    },
  }),
  day: defineQuery({
    file: 'src/explain/day.sql',
    columns: { day: 'date', expected_hours: 'amount', clock_hours: 'amount', billed_hours: 'amount?', status: 'text' },
  }),
  charge: defineQuery({
    file: 'src/explain/charge.sql',
    columns: {
      day: 'date',
      plan: 'text?',
      meter: 'text?',
      allocated: 'boolean',
      hours: 'amount?',
      cost: 'amount?',
      billing_currency: 'text',
      source_file: 'text?',
      source_row: 'seconds?',
      lines: 'int?',
    },
  }),
  record: defineQuery({
    file: 'src/explain/record.sql',
    columns: {
      source: 'text',
      subject: 'text',
      says: 'text',
      first_moment: 'text',
      last_moment: 'text',
      records: 'int',
      first_file: 'text?',
      first_row: 'seconds?',
      last_file: 'text?',
      last_row: 'seconds?',
    },
  }),
  finding: defineQuery({
    file: 'src/explain/finding.sql',
    columns: { severity: 'text', check_name: 'text', subject: 'text', message: 'text', evidence: 'text?' },
  }),
} as const

/** One machine's story, each number with the rows it comes from. */
export type MachineStory = RowsOf<typeof MACHINE_SECTIONS>

/** At most so many machines are named when a word fits several. */
const NAMED = 8

/**
 * The machine that a word means: its key, vmId, ARM id, name, host name or endpoint device, else the beginning of one of
 * them, without case. A word that fits none or several is a HourwiseError (exit 2) that names the machines near it.
 */
export async function findMachine(engine: Engine, word: string): Promise<string> {
  const candidates = await runQuery(engine, CANDIDATE)
  const meant = word.trim().toLowerCase()
  const whole = candidates.filter(({ called }) => called === meant)
  const fitting = whole.length > 0 ? whole : candidates.filter(({ called }) => called.startsWith(meant))
  const machines = [...new Map(fitting.map((candidate) => [candidate.machine_id, candidate])).values()]
  const [only] = machines
  if (only !== undefined && machines.length === 1) return only.machine_id
  if (machines.length > 1) {
    throw new HourwiseError(EXIT.usage, `several machines are called ${word}`, {
      details: [
        ...machines.slice(0, NAMED).map((machine) => `${machine.name}   ${machine.resource_id}`),
        ...(machines.length > NAMED ? [`and ${machines.length - NAMED} more`] : []),
      ],
      next: 'Give the whole id of one of them.',
    })
  }
  const near = closest(
    meant,
    candidates.map(({ called }) => called),
  )
  throw new HourwiseError(EXIT.usage, `no machine is called ${word}`, {
    details: near === undefined ? [] : [`did you mean ${near}?`],
    next: 'machines.csv of a report lists every machine; a name, vmId or resource id will do, or the beginning of one.',
  })
}

/** Tells the story of a machine whose ledger is built. */
export async function explainMachine(engine: Engine, machineId: string): Promise<MachineStory> {
  await engine.run(`create or replace table config.explained as
    select machine_number from ledger.machine where machine_id = ${sqlText(machineId)}`)
  return runQueries(engine, MACHINE_SECTIONS)
}
