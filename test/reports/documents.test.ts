// What the three reports say: sound whatever the data, and right in the cases where a sentence easily goes wrong.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReportContext } from '../../reports/context.ts'
import { queries as executiveQueries, executiveSummaryReport } from '../../reports/executive-summary/report.ts'
import { queries as monthlyQueries, monthlyReviewReport } from '../../reports/monthly-review/report.ts'
import { REPORTS } from '../../reports/reports.ts'
import { queries as trueUpQueries, trueUpReport } from '../../reports/true-up/report.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { type RowsOf, runQueries } from '../../src/engine/query.ts'
import type { Document } from '../../src/report/document.ts'
import { CONTEXT, emptyEstate } from './estate.ts'
import { expectSound, pageText, titles } from './expectations.ts'

type MonthlyRows = RowsOf<typeof monthlyQueries>
type TrueUpRows = RowsOf<typeof trueUpQueries>
type ExecutiveRows = RowsOf<typeof executiveQueries>

let engine: Engine
let monthly: MonthlyRows
let trueUp: TrueUpRows
let executive: ExecutiveRows
beforeAll(async () => {
  engine = await emptyEstate()
  monthly = await runQueries(engine, monthlyQueries)
  trueUp = await runQueries(engine, trueUpQueries)
  executive = await runQueries(engine, executiveQueries)
})
afterAll(() => engine.close())

type Money = MonthlyRows['money'][number]

/** A currency's money; every part that is not given is zero. */
function money(currency: string, total: string, more: Partial<Money> = {}): Money {
  return {
    billing_currency: currency,
    position: 1,
    total_cost: total,
    billed_hours: '10',
    cost_protected: '0',
    cost_unprotected: '0',
    cost_not_applicable: '0',
    cost_unverified: '0',
    cost_stopped: '0',
    cost_while_off: '0',
    cost_power_unknown: '0',
    cost_unattributed: '0',
    allocated_cost: '0',
    paid_coverage: '100',
    cost_per_protected_hour: '0.02',
    cost_per_protected_hour_reason: null,
    flat_month_cost: '14.6',
    flat_month_reason: null,
    hourly_saving: '0.4',
    control_total: null,
    explained_cost: total,
    residual: '0',
    bill_total: total,
    without_protection: '0',
    not_known: '0',
    without_protection_percent: '0',
    not_known_percent: '0',
    unprotected_percent: '0',
    not_applicable_percent: '0',
    idle_percent: '0',
    residual_percent: '0',
    explained_percent: '100',
    ...more,
  }
}

const known = { time_coverage: '90', time_coverage_reason: null, judged_hours: '100', applicable_hours: '100' }

function withHealth<Rows extends { coverage: MonthlyRows['coverage'] }>(rows: Rows, more = {}): Rows {
  return { ...rows, coverage: rows.coverage.map((row) => ({ ...row, ...known, ...more })) }
}

function draft(rows: Partial<MonthlyRows>, context: Partial<ReportContext> = {}): Document {
  return monthlyReviewReport({ ...monthly, ...rows }, { ...CONTEXT, ...context })
}

describe('of nothing', () => {
  test('each report has all of its pages, and what cannot be filled says why', () => {
    const documents = [
      monthlyReviewReport(monthly, CONTEXT),
      trueUpReport(trueUp, CONTEXT),
      executiveSummaryReport(executive, CONTEXT),
    ]
    documents.forEach(expectSound)
    expect(documents.map((document) => document.pages.map((page) => page.id))).toEqual([
      [
        'headlines',
        'what-changed',
        'where-the-money-goes',
        'uptime',
        'actions',
        'forecast-and-anomalies',
        'reconciliation',
        'method',
      ],
      [
        'decision',
        'licence-position',
        'break-even',
        'scenarios',
        'coming-year',
        'double-coverage',
        'calendar',
        'evidence',
      ],
      ['coverage', 'gaps', 'annex-sensors', 'annex-alerts', 'annex-location'],
    ])
    expect(titles(documents[0] as Document)).toMatchObject({
      headlines: 'No Defender for Servers charge was found in the cost exports of October 2026',
      uptime: 'No source says when the machines were on',
      actions: 'No money calls for an action',
      reconciliation: 'There is no bill to reconcile',
    })
    expect(titles(documents[2] as Document)['coverage']).toBe('No running time is known, so coverage cannot be told')
  })

  test('the list of reports draws the same documents from the engine', async () => {
    const drafts = await Promise.all(REPORTS.map((report) => report.document(engine, CONTEXT)))
    expect(drafts.map((document) => document.id)).toEqual(REPORTS.map((report) => report.id))
    expect(drafts[0]).toEqual(monthlyReviewReport(monthly, CONTEXT))
  })
})

describe('the headline', () => {
  const headline = (rows: Partial<MonthlyRows>): string => titles(draft(rows))['headlines'] ?? ''

  test('says what share of the bill protected nothing', () => {
    const bill = money('USD', '100', { without_protection: '12.34', without_protection_percent: '12.34' })
    expect(headline({ ...withHealth(monthly), money: [bill] })).toBe('12.3 % of the Defender bill protected nothing')
  })

  test('keeps currencies apart and says how many it leaves out', () => {
    const bill = (currency: string) =>
      money(currency, '100', { without_protection: '5', without_protection_percent: '5' })
    const bills = ['USD', 'EUR', 'JPY', 'THB'].map(bill)
    expect(headline({ ...withHealth(monthly), money: bills })).toBe(
      '5.0 % of the USD bill and 5.0 % of the EUR bill protected nothing (and 2 more currencies)',
    )
    const document = draft({ ...withHealth(monthly), money: bills })
    expectSound(document)
    const text = pageText(document, 'headlines')
    expect(text).toContain('The other currencies')
    expect(text).toContain('JPY 100')
    expect(text).not.toContain('JPY 100.00')
  })

  test('does not call unknown health unprotected', () => {
    const bill = money('USD', '100', {
      not_known: '99',
      not_known_percent: '99',
      without_protection: '1',
      without_protection_percent: '1',
    })
    const document = draft({ money: [bill] })
    expect(titles(document)['headlines']).toBe(
      'Whether the USD 100.00 billed bought protection cannot be told yet: no listing says how the sensors were',
    )
    expect(pageText(document, 'headlines')).toContain('Add a listing of the Defender for Endpoint machines')
    expectSound(document)
  })

  test('of a bill of zero has no share', () => {
    const bill = money('USD', '0', { without_protection_percent: null, paid_coverage: null, explained_percent: null })
    expect(headline({ ...withHealth(monthly), money: [bill] })).toBe(
      'The Defender bill of October 2026 comes to USD 0.00',
    )
    expectSound(draft({ ...withHealth(monthly), money: [bill] }))
  })

  test('of a bill that protected all names no waste', () => {
    expect(headline({ ...withHealth(monthly), money: [money('USD', '100')] })).toBe(
      'No part of the Defender bill is known to have protected nothing',
    )
  })
})

test('one machine is one machine', () => {
  const action = {
    billing_currency: 'USD',
    position: 1,
    action: 'deallocate',
    machines: 1,
    owners: 1,
    owner: 'Team',
    billed_hours: '1',
    cost: '3',
    stake: '3',
    base_per_year: '36',
    least_confidence: 'high',
    most_confidence: 'high',
    proved_percent: '100',
    low: '3',
    base: '3',
    high: '3',
    total_low: '3',
    total_base: '3',
    total_high: '3',
    total_stake: '3',
  }
  const actionKind: MonthlyRows['actionKind'][number] = {
    kind: 'deallocate',
    position: 1,
    title: 'Stop and deallocate',
    ask: 'deallocate what is switched off',
    state: 'that were shut down',
    why: 'Billed.',
    how: 'Deallocate.',
    effort: 'minutes',
    risk: 'low',
    depends_on: 'nothing',
  }
  const document = draft({
    ...withHealth(monthly),
    money: [money('USD', '10')],
    action: [action],
    actionKind: [actionKind],
  })
  expectSound(document)
  expect(titles(document)['actions']).toBe(
    '1 kind of action is worth looking at: USD 3.00 of USD 3.00 in question can likely be saved',
  )
  expect(pageText(document, 'headlines')).toContain('1 machine')
  expect(pageText(document, 'headlines')).not.toContain('1 machines')
})

test('a target of money is that of its currency and of a whole month', () => {
  const targets = {
    billedCost: [{ currency: 'USD', amount: '9.99' }],
    costPerProtectedHour: [{ currency: 'EUR', amount: '1' }],
    withoutProtection: [{ currency: 'USD', amount: '0' }],
  }
  const tilesOf = (period: Partial<ReportContext>) => {
    const document = draft({ ...withHealth(monthly), money: [money('USD', '10')] }, { targets, ...period })
    expectSound(document)
    const block = document.pages[0]?.blocks.find((candidate) => candidate.type === 'tiles')
    if (block?.type !== 'tiles') throw new Error('no tiles')
    return block.tiles.map(({ label, status }) => [label, status])
  }
  expect(tilesOf({}).filter(([, status]) => status !== undefined)).toEqual([
    ['Billed cost', 'bad'],
    ['Money without protection', 'good'],
  ])
  const week = tilesOf({ period: { fromDay: '2026-10-05', untilDay: '2026-10-12' } })
  expect(week.filter(([, status]) => status !== undefined)).toEqual([])
})

test('a period that is no calendar month is neither compared nor projected', () => {
  const period = { fromDay: '2026-10-05', untilDay: '2026-10-12' }
  const document = draft({ ...withHealth(monthly), money: [money('USD', '10')] }, { period })
  expectSound(document)
  expect(document.title).toContain('2026-10-05 to 2026-10-11')
  expect(pageText(document, 'headlines')).toContain('no comparison: the period is no calendar month')
  expect(pageText(document, 'what-changed')).toContain('The period is no calendar month.')
  expect(pageText(document, 'actions')).toContain('nothing is projected to a year')
})

describe('what changed', () => {
  const step = (name: string, cost: string, rank: number, more = {}): MonthlyRows['change'][number] => ({
    row_kind: 'step',
    billing_currency: 'USD',
    position: rank,
    rank,
    step: name,
    cost,
    from_cost: '0',
    until_cost: cost,
    machines: 1,
    machine_id: null,
    name: null,
    subscription_name: null,
    owner: null,
    ...more,
  })
  const month = (change: string, percent: string | null): MonthlyRows['moneyByMonth'][number] => ({
    month: '2026-10-01',
    billing_currency: 'USD',
    total_cost: '10',
    cost_per_protected_hour: null,
    without_protection: '0',
    paid_coverage: null,
    total_cost_change: change,
    total_cost_change_percent: percent,
    cost_per_protected_hour_change: null,
    without_protection_change: '0',
    paid_coverage_change: null,
  })
  const title = (change: string, percent: string | null, steps: MonthlyRows['change']): string => {
    const document = draft({
      ...withHealth(monthly),
      money: [money('USD', '10')],
      moneyByMonth: [month(change, percent)],
      change: steps,
    })
    expectSound(document)
    return titles(document)['what-changed'] ?? ''
  }

  test('names the direction without a sign and the largest step', () => {
    expect(
      title('-2.5', '-20', [
        step('earlier', '12.5', 13),
        step('hours', '-3', 1),
        step('added', '0.5', 2),
        step('current', '10', 12),
      ]),
    ).toBe('The Defender bill fell by USD 2.50 (20.0 %), most of all through hours on')
  })

  test('of an unchanged bill says so', () => {
    expect(title('0', '0', [step('earlier', '10', 13), step('hours', '0', 1), step('current', '10', 12)])).toBe(
      'The Defender bill did not change',
    )
  })

  test('from a bill of zero has no percentage', () => {
    expect(title('10', null, [step('earlier', '0', 13), step('added', '10', 1), step('current', '10', 12)])).toBe(
      'The Defender bill rose by USD 10.00, most of all through machines added',
    )
  })

  test('a residual of rounding is in the table and not in the picture', () => {
    const document = draft({
      ...withHealth(monthly),
      money: [money('USD', '10')],
      moneyByMonth: [month('1', '10')],
      change: [
        step('earlier', '9', 13),
        step('hours', '1', 1),
        step('residual', '0.000000000001', 11),
        step('current', '10', 12),
      ],
    })
    const chart = document.pages[1]?.blocks.find((block) => block.type === 'chart')
    if (chart?.type !== 'chart') throw new Error('no chart')
    expect(chart.chart.data['steps']).toHaveLength(3)
    expect(chart.chart.table.rows).toHaveLength(4)
  })
})

describe('the true-up', () => {
  const owned = (units: number): TrueUpRows['entitlement'][number] => ({
    sku_id: 'sku',
    sku_part_number: 'MDATP_Server',
    product: 'Defender for Endpoint for servers',
    covers: 'server',
    enabled_units: units,
    warning_units: 0,
    suspended_units: 0,
    consumed_units: null,
    snapshot_day: '2026-11-01',
    path: 'licences.json',
    sha256: 'b'.repeat(64),
  })
  const needed = (peak: number): TrueUpRows['requirement'] => [
    { population: 'without_charge', peak, peak_day: '2026-10-05', p95: peak, mean: String(peak), at_end: peak },
    { population: 'servers', peak: 9, peak_day: '2026-10-01', p95: 9, mean: '9', at_end: 9 },
  ]
  const decision = (units: number | null, peak: number): { title: string; text: string } => {
    const document = trueUpReport(
      {
        ...withHealth(trueUp),
        entitlement: units === null ? [] : [owned(units)],
        requirement: needed(peak),
      },
      CONTEXT,
    )
    expectSound(document)
    return { title: titles(document)['decision'] ?? '', text: pageText(document, 'decision') }
  }

  test('more licences than needed are kept and reviewed', () => {
    const { title, text } = decision(10, 7)
    expect(title).toBe(
      '10 server licences are owned; 7 servers have a sensor and nothing else to cover them at the peak',
    )
    expect(text).toContain('keep 7, review 3')
  })

  test('one of each', () => {
    const { title, text } = decision(1, 1)
    expect(title).toBe('1 server licence is owned; 1 server has a sensor and nothing else to cover it at the peak')
    expect(text).toContain('keep\n')
  })

  test('fewer licences than needed ask for cover, not for a purchase alone', () => {
    expect(decision(2, 3).text).toContain('cover 1 server')
  })

  test('without a listing of licences nothing is called owned', () => {
    const { title, text } = decision(null, 0)
    expect(title).toBe('What is owned is not known; every server with a sensor has an hourly charge')
    expect(text).toContain('first find out what is owned')
  })

  test('a user licence never counts for servers', () => {
    const document = trueUpReport(
      { ...withHealth(trueUp), entitlement: [{ ...owned(500), covers: 'client' }], requirement: needed(3) },
      CONTEXT,
    )
    expect(titles(document)['decision']).toContain('0 server licences are owned')
  })
})

describe('the executive summary', () => {
  test('without health shows neither coverage nor gaps', () => {
    const document = executiveSummaryReport({ ...executive, money: [money('USD', '100')] }, CONTEXT)
    expectSound(document)
    const text = pageText(document, 'coverage')
    expect(text).toContain('One ask: let us see the sensors')
    expect(text).not.toContain('of them healthy: ')
    expect(titles(document)['gaps']).toBe('Which sensors are unhealthy cannot be told yet')
  })

  test('two months make a trend, one does not', () => {
    const month = (name: string, coverage: string): ExecutiveRows['coverageByMonth'][number] => ({
      month: name,
      time_coverage: coverage,
      machine_coverage: coverage,
      time_coverage_change: null,
      machine_coverage_change: null,
    })
    const one = withHealth({ ...executive, coverageByMonth: [month('2026-10-01', '90')] })
    expect(pageText(executiveSummaryReport(one, CONTEXT), 'coverage')).toContain('known for one month only')
    const thirteen = Array.from({ length: 13 }, (_, n) =>
      month(new Date(Date.UTC(2025, 9 + n, 1)).toISOString().slice(0, 10), String(80 + n)),
    )
    const document = executiveSummaryReport(withHealth({ ...executive, coverageByMonth: thirteen }), CONTEXT)
    expectSound(document)
    expect(pageText(document, 'coverage')).toContain('Oct 2025')
  })

  test('a target is a line in the trend and a status on the tile; without one there is neither', () => {
    const months = ['2026-09-01', '2026-10-01'].map((month) => ({
      month,
      time_coverage: '90',
      machine_coverage: '90',
      time_coverage_change: null,
      machine_coverage_change: null,
    }))
    const rows = withHealth({ ...executive, coverageByMonth: months })
    const drawn = (timeCoverage: string | undefined) => {
      const targets = {
        ...(timeCoverage === undefined ? {} : { timeCoverage }),
        billedCost: [],
        costPerProtectedHour: [],
        withoutProtection: [],
      }
      const document = executiveSummaryReport(rows, { ...CONTEXT, targets })
      expectSound(document)
      const [pair] = document.pages[0]?.blocks ?? []
      if (pair?.type !== 'pair') throw new Error('no pair')
      const [tiles] = pair.left
      const [trend] = pair.right
      if (tiles?.type !== 'tiles' || trend?.type !== 'chart') throw new Error('no tile, no trend')
      return { status: tiles.tiles[0]?.status, line: trend.chart.data['target'], title: trend.chart.title }
    }
    expect(drawn(undefined)).toEqual({ status: undefined, line: [], title: 'Time coverage by month; no target is set' })
    expect(drawn('90')).toMatchObject({ status: 'good', line: [{ coverage: 90 }], title: 'Time coverage by month' })
    expect(drawn('90.000000000001')).toMatchObject({ status: 'bad' })
    expect(drawn('9.5')).toMatchObject({ status: 'good' })
  })

  test('an age that may be longer says so', () => {
    const rows = withHealth({
      ...executive,
      gapAge: [{ age: '31-90', evidence: 'observed', machines: 3, at_least: 2, longest_days: 60 }],
      gapClosed: [{ closed: 1, opened: 0, open_at_end: 3, judged_machines: 9 }],
    })
    const document = executiveSummaryReport(rows, CONTEXT)
    expectSound(document)
    expect(titles(document)['gaps']).toBe(
      '3 sensors were unhealthy at the end of the period, 3 machines for more than 30 days',
    )
    const text = pageText(document, 'gaps')
    expect(text).toContain('3 machines (2 at least)')
    expect(text).toContain('1 gap')
  })
})
