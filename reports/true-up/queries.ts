import { defineQuery, type RowsOf } from '../../src/engine/query.ts'
import { evidenceQueries } from '../evidence.ts'
import { figureQueries } from '../figures.ts'
import { breakEvenQuery, entitlementQuery, offerQuery } from '../shared_queries.ts'

const FOLDER = 'reports/true-up'

export const queries = {
  money: figureQueries.money,
  coverage: figureQueries.coverage,
  dataGrade: figureQueries.dataGrade,
  ...evidenceQueries,
  offer: offerQuery,
  breakEven: breakEvenQuery,
  entitlement: entitlementQuery,
  requirement: defineQuery({
    file: `${FOLDER}/requirement.sql`,
    columns: {
      population: 'text',
      peak: 'int',
      peak_day: 'date?',
      p95: 'int?',
      mean: 'amount?',
      at_end: 'int?',
    },
  }),
  requirementSplit: defineQuery({
    file: `${FOLDER}/requirement_split.sql`,
    columns: { cover: 'text', machines: 'int', charged_machines: 'int' },
  }),
  breakEvenLine: defineQuery({
    file: `${FOLDER}/break_even_line.sql`,
    columns: {
      offer_id: 'text',
      name: 'text',
      route: 'text',
      plan: 'text?',
      currency: 'text',
      hours: 'int',
      cost: 'amount',
    },
  }),
  priceStep: defineQuery({
    file: `${FOLDER}/price_step.sql`,
    columns: {
      plan: 'text',
      currency: 'text',
      hourly_price: 'amount',
      monthly_price: 'amount',
      break_even_hours: 'amount?',
      hourly_from: 'amount',
      hourly_to: 'amount',
      hourly_step: 'amount',
      monthly_from: 'amount',
      monthly_to: 'amount',
      monthly_step: 'amount',
      monthly_start: 'amount',
    },
  }),
  serverHours: defineQuery({
    file: `${FOLDER}/server_hours.sql`,
    columns: { billing_currency: 'text', hours: 'int', step: 'int', machines: 'int' },
  }),
  scenario: defineQuery({
    file: `${FOLDER}/scenario.sql`,
    columns: {
      scenario: 'text',
      billing_currency: 'text?',
      quantity: 'amount?',
      quantity_unit: 'text?',
      cost: 'amount?',
      reason: 'text?',
      permitted: 'boolean',
      loses: 'text?',
      note: 'text?',
      difference: 'amount?',
      cheapness: 'int?',
    },
  }),
  doubleCoverage: defineQuery({
    file: `${FOLDER}/double_coverage.sql`,
    columns: {
      rule: 'text',
      billing_currency: 'text?',
      machines: 'int',
      billed_hours: 'amount',
      cost: 'amount',
    },
  }),
} as const

export type TrueUpRows = RowsOf<typeof queries>
