// What explain tells of the sample estate: every figure is the sum of its parts to the last digit, and every number of a
// machine leads to the rows it comes from.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildActions } from '../../src/actions/build.ts'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { explainAction } from '../../src/explain/action.ts'
import { explainFigure, type FigureValue, figureDefinitions, findFigure } from '../../src/explain/figure.ts'
import { explainMachine, findMachine } from '../../src/explain/machine.ts'
import { buildLedger } from '../../src/ledger/build.ts'
import { buildLicensing } from '../../src/licensing/build.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { figureWords, machineListing, machineWords } from '../../src/output/explain_words.ts'
import { packageRoot } from '../../src/package_root.ts'
import { nameMachines } from '../machine_number.ts'

const PERIOD = { fromDay: '2026-10-01', untilDay: '2026-11-01' }
let engine: Engine
let figures: FigureValue[]

beforeAll(async () => {
  engine = await openDuckDb({ memoryLimitMegabytes: 1000 })
  await normalise(engine, join(packageRoot, 'fixtures/sample'))
  await buildLedger(engine, PERIOD)
  await nameMachines(engine)
  await buildLicensing(engine)
  await buildActions(engine)
  figures = (await engine.rows(
    'select figure, billing_currency as currency, amount_text(value) as value, unit, reason from ledger.figure',
  )) as unknown as FigureValue[]
})
afterAll(() => engine.close())

/** The records of a JSON file of the sample, as text: an array, or a page with one. */
function recordsOf(file: string): string[] {
  const bytes = readFileSync(join(packageRoot, 'fixtures/sample', file))
  const json = JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))
  return (json.value ?? json.data ?? json).map((record: unknown) => JSON.stringify(record).toLowerCase())
}

/** Adds decimals as whole numbers of the 24th digit. */
function total(values: readonly (string | null)[]): bigint {
  return values.reduce((sum, value) => {
    if (value === null) return sum
    const [whole = '0', fraction = ''] = value.replace('-', '').split('.')
    const units = BigInt(whole + fraction.padEnd(24, '0'))
    return value.startsWith('-') ? sum - units : sum + units
  }, 0n)
}

describe('a figure', () => {
  test('every figure has a definition, and every definition a figure', () => {
    expect(new Set(figureDefinitions().map(({ figure }) => figure))).toEqual(
      new Set(figures.map(({ figure }) => figure)),
    )
  })

  test.each(figureDefinitions().filter(({ formula }) => formula === null))(
    '$figure is the sum of its parts to the last digit',
    async (definition) => {
      const { values, sums, rows } = await explainFigure(engine, definition, undefined, figures)
      for (const { currency, value, reason } of values) {
        const sum = sums.find((one) => one.billing_currency === currency)
        if (value === null) expect(reason).not.toBeNull()
        else expect(total([sum?.value ?? '0'])).toBe(total([value]))
        const parts = rows.filter((row) => row.billing_currency === currency)
        expect(parts.length).toBe(sum?.parts ?? 0)
      }
    },
  )

  test.each(figureDefinitions().filter(({ formula }) => formula !== null))(
    '$figure follows from figures that are there',
    async (definition) => {
      const { inputs, rows } = await explainFigure(engine, definition, 'USD', figures)
      expect(rows).toEqual([])
      expect(inputs.length + (definition.formula?.includes('hourwise.yaml') ? 1 : 0)).toBeGreaterThan(0)
      for (const input of inputs) expect([null, 'USD']).toContain(input.currency)
    },
  )

  test('money leads to the lines of the bill: the two stopped machines of the sample', async () => {
    const { rows, sums } = await explainFigure(engine, findFigure('cost_stopped'), 'USD', figures)
    expect(rows.map(({ name, lines }) => [name, lines])).toEqual([
      ['stp-01', 31],
      ['stp-02', 31],
    ])
    for (const row of rows) expect(row.first_file).toMatch(/^cost\/2026-10\/.*\.csv$/)
    // 558 h and 166 h stopped at 0.0186 USD an hour.
    expect(sums.map(({ value }) => total([value]))).toEqual([total(['13.4664'])])
  })

  test('a misspelt name and a currency that the bill does not have say what there is', async () => {
    expect(() => findFigure('time_covrage')).toThrow('no figure is called time_covrage; did you mean time_coverage?')
    await expect(explainFigure(engine, findFigure('total_cost'), 'JPY', figures)).rejects.toThrow(
      'total_cost has no value in JPY',
    )
  })

  test('in words it has its value, its place and its parts', async () => {
    const text = figureWords(await explainFigure(engine, findFigure('cost_stopped'), 'USD', figures), PERIOD)
    expect(text).toContain('USD 13.47')
    expect(text).toContain('src/ledger/money.sql')
    expect(text).toMatch(/all\s+USD 13\.4664/)
  })
})

describe('a machine', () => {
  test('is found by name, vmId, id in any spelling, or the beginning of one', async () => {
    const id = await findMachine(engine, 'stp-01')
    const [machine] = (await explainMachine(engine, id)).machine
    for (const word of ['STP-01', id, id.slice(0, 20), machine?.device_id ?? ''])
      expect(await findMachine(engine, word)).toBe(id)
    const [identity] = (await explainMachine(engine, id)).identity
    expect(await findMachine(engine, String(identity?.resource_id).toUpperCase())).toBe(id)
  })

  test('a word that fits several or none names those near it', async () => {
    await expect(findMachine(engine, 'web-')).rejects.toMatchObject({
      code: 2,
      message: 'several machines are called web-',
      details: expect.arrayContaining([expect.stringMatching(/^web-01 {3}\/subscriptions\//i)]),
    })
    await expect(findMachine(engine, 'stp-011')).rejects.toMatchObject({
      code: 2,
      message: 'no machine is called stp-011',
      details: [expect.stringMatching(/^did you mean stp-0\d/)],
    })
  })

  test('its charges have file and row, and add up to its buckets', async () => {
    const story = await explainMachine(engine, await findMachine(engine, 'stp-01'))
    expect(story.charge).toHaveLength(31)
    for (const { source_file, source_row } of story.charge) {
      expect(source_file).toMatch(/\.csv$/)
      expect(Number(source_row)).toBeGreaterThan(0)
    }
    expect(total(story.charge.map(({ cost }) => cost))).toBe(total(story.bucket.map(({ cost }) => cost)))
    expect(total(story.charge.map(({ hours }) => hours))).toBe(
      total(story.bucket.map(({ billed_hours }) => billed_hours)),
    )
    expect(story.power.map(({ power, hours }) => [power, total([hours])])).toEqual([
      ['running', total(['186'])],
      ['stopped', total(['558'])],
    ])
    expect(story.record.filter(({ source }) => source === 'annotation')).toMatchObject([
      { says: 'stopped internally succeeded', first_moment: '2026-10-08T18:00:00Z', records: 1 },
    ])
  })

  test('shares of a subscription line are marked and lead to the line', async () => {
    const { charge, bucket } = await explainMachine(engine, await findMachine(engine, 'eul-01'))
    expect(charge.length).toBeGreaterThan(0)
    expect(charge.every(({ allocated }) => allocated)).toBe(true)
    for (const { source_file, source_row, lines } of charge)
      expect([source_file !== null, source_row !== null, (lines ?? 0) > 0]).toEqual([true, true, true])
    expect(total(charge.map(({ cost }) => cost))).toBe(total(bucket.map(({ cost }) => cost)))
  })

  test('every machine that was charged: lines and buckets are the same money', async () => {
    const charged = await engine.rows(
      'select distinct machine_id from named.machine_charge where machine_id is not null order by machine_id',
    )
    for (const { machine_id } of charged) {
      const { charge, bucket } = await explainMachine(engine, String(machine_id))
      expect(total(charge.map(({ cost }) => cost)), String(machine_id)).toBe(total(bucket.map(({ cost }) => cost)))
    }
  })

  test('every other record has a file and row at which the file speaks of it', async () => {
    const machines = await engine.rows(
      `select min(machine_id) as machine_id from ledger.machine group by kind
       union select min(machine_id) from named.power_event where operation = 'deallocate'`,
    )
    const opened = new Set<string>()
    for (const { machine_id } of machines) {
      for (const record of (await explainMachine(engine, String(machine_id))).record) {
        for (const [file, row] of [
          [record.first_file, record.first_row],
          [record.last_file, record.last_row],
        ]) {
          const found = recordsOf(String(file))[Number(row) - 1]
          expect(found, `${file} record ${row}`).toContain(record.subject)
          opened.add(record.source)
        }
      }
    }
    expect([...opened].sort()).toEqual([
      'MDE.Linux',
      'MDE.Windows',
      'activity-log',
      'endpoint',
      'inventory',
      'plan setting',
    ])
  })

  test('its ids, power, plan and sensor lead to the records that tell them', async () => {
    const machines = await engine.rows(
      `select min(machine_id) as machine_id from ledger.machine group by kind
       union select min(machine_id) from named.power_event where operation = 'deallocate'
       union select min(machine_id) from named.health where issue = 'installation'
       union select min(machine_id) from named.health where issue = 'heartbeat'
       union select min(machine_id) from named.plan where source = 'resource'
       union select min(machine_id) from named.plan where source = 'subscription'`,
    )
    const opened = new Set<string>()
    for (const { machine_id } of machines) {
      const { machine, identity, power, plan, health } = await explainMachine(engine, String(machine_id))
      const ids = identity.map(({ resource_id }) => resource_id.toLowerCase())
      const device = [...ids, machine[0]?.device_id ?? '-']
      const subscription = `/subscriptions/${machine[0]?.subscription_id}/`
      const told = [
        ...identity.map((row) => ({ ...row, section: 'identity', names: device })),
        ...power.map((row) => ({ ...row, section: `power by ${row.told_by}`, names: device })),
        ...plan.map((row) => ({ ...row, section: `plan by ${row.proved_by}`, names: [...ids, subscription] })),
        ...health.map((row) => ({ ...row, section: `health ${row.issue ?? row.health}`, names: device })),
      ]
      for (const { section, names, source_file, source_row } of told) {
        if (source_file === null || /\.csv/.test(source_file)) continue
        const found = recordsOf(source_file)[Number(source_row) - 1] ?? 'no such record'
        expect(
          names.some((name) => found.includes(name)),
          `${section}: ${source_file} record ${source_row}`,
        ).toBe(true)
        opened.add(section)
      }
    }
    expect([...opened].sort()).toEqual([
      'health healthy',
      'health heartbeat',
      'identity',
      'plan by resource',
      'plan by subscription',
      'power by activity-log',
      'power by endpoint',
      'power by inventory',
    ])
  })

  test('a power operation leads to the record of that operation at that moment', async () => {
    const { power } = await explainMachine(engine, await findMachine(engine, 'dev-01'))
    const begun = power.filter(({ from_moment, evidence }) => evidence === 'observed' && from_moment > '2026-10-01T01')
    expect(begun.length).toBeGreaterThan(20)
    for (const { from_moment, power: state, source_file, source_row } of begun) {
      const found = JSON.parse(recordsOf(String(source_file))[Number(source_row) - 1] ?? '{}')
      expect(found.eventtimestamp).toBe(from_moment.toLowerCase())
      expect(found.operationname.value).toContain(state === 'off' ? 'deallocate' : 'start')
    }
  })

  test('the availability metric stands among its records, stretch by stretch, with the row of its record', async () => {
    const id = await findMachine(engine, 'stp-01')
    const [listed] = await engine.rows(
      `select l.file_id, l.resource_id, f.path from named.machine_listing l
       join normalise.source_file f on f.file_id = l.file_id where l.machine_id = '${id}' order by f.path limit 1`,
    )
    const at = Date.UTC(2026, 9, 8, 15) / 1000
    await engine.insert(
      'normalise.availability',
      // up at 15 and 16, nothing at 17, up at 18, down at 19 and 20
      [0, 1, 3, 4, 5].map((hour) => [
        String(listed?.file_id),
        String(listed?.resource_id),
        String(at + hour * 3600),
        hour < 4 ? '1' : '0',
        '44',
      ]),
    )
    const { record } = await explainMachine(engine, id)
    await engine.run('delete from normalise.availability')
    const place = { first_file: listed?.path, first_row: '44', last_file: listed?.path, last_row: '44' }
    expect(record.filter(({ source }) => source === 'availability metric')).toMatchObject([
      { says: 'up', first_moment: '2026-10-08T15:00:00Z', last_moment: '2026-10-08T16:00:00Z', records: 2, ...place },
      { says: 'up', first_moment: '2026-10-08T18:00:00Z', records: 1, ...place },
      { says: 'down, still allocated', last_moment: '2026-10-08T20:00:00Z', records: 2, ...place },
    ])
  })

  test('in words it is a page, for scripts a row a value', async () => {
    const story = await explainMachine(engine, await findMachine(engine, 'stp-01'))
    const text = machineWords(story, PERIOD)
    expect(text).toContain('stp-01, 2026-10-01 to 2026-10-31 (moments in UTC)')
    expect(text).toMatch(/paid_stopped\s+observed\s+558\.00\s+558\.00\s+USD 10\.3788/)
    expect(text).toMatch(/^ {2}annotation .* resource-.*json record 1$/m)
    const { columns, rows } = machineListing(story)
    expect(columns.map(({ key }) => key)).toEqual(['section', 'row', 'column', 'value'])
    expect(rows).toContainEqual(['machine', '1', 'name', 'stp-01'])
    expect(rows.filter(([section, , column]) => section === 'charge' && column === 'source_row')).toHaveLength(31)
  })
})

describe('an action', () => {
  test('of the stopped machines has both machines, their hand-worked cost, and every line of their bill', async () => {
    const [row] = await engine.rows(
      "select action_key from actions.action where kind = 'deallocate' and billing_currency = 'USD'",
    )
    const { machine, line } = await explainAction(engine, String(row?.action_key))
    expect(machine.map(({ name, cost }) => [name, total([cost])])).toEqual([
      ['stp-01', total(['10.3788'])],
      ['stp-02', total(['3.0876'])],
    ])
    // stp-01 was stopped on 24 days from the 8th, stp-02 on 8 from the 15th.
    expect(line.map(({ machine: name }) => name).filter((name) => name === 'stp-01')).toHaveLength(24)
    expect(line.map(({ machine: name }) => name).filter((name) => name === 'stp-02')).toHaveLength(8)
    for (const { source_file, source_row } of line) expect([source_file, source_row]).not.toContain(null)
  })

  test('claims no more of a machine than its lines cost, for every action on the bill', async () => {
    const keys = await engine.rows(
      'select distinct action_key from actions.action_machine where cost > 0 order by action_key',
    )
    expect(keys.length).toBeGreaterThan(5)
    for (const { action_key } of keys) {
      const { machine, line } = await explainAction(engine, String(action_key))
      const claimed = total(machine.map(({ cost }) => cost))
      if (String(action_key).startsWith('pre_purchase')) continue
      expect(line.length, String(action_key)).toBeGreaterThan(0)
      expect(total(line.map(({ cost }) => cost)) >= claimed, String(action_key)).toBe(true)
    }
  })

  test('an unknown key says which there are', async () => {
    await expect(explainAction(engine, 'deallocate-00000000')).rejects.toMatchObject({ code: 2 })
  })
})
