import { defineQuery, type RowsOf } from '../../src/engine/query.ts'
import { figureQueries } from '../figures.ts'

const FOLDER = 'reports/executive-summary'

export const queries = {
  ...figureQueries,
  funnel: defineQuery({
    file: `${FOLDER}/funnel.sql`,
    columns: { position: 'int', step: 'text', machines: 'int' },
  }),
  gapByOwner: defineQuery({
    file: `${FOLDER}/gap_by_owner.sql`,
    columns: {
      position: 'int',
      label: 'text?',
      kind: 'text',
      has_owners: 'boolean',
      machines: 'int',
      owners: 'int',
      hours: 'amount',
    },
  }),
  gapTop: defineQuery({
    file: `${FOLDER}/gap_top.sql`,
    columns: {
      position: 'int',
      owner: 'text?',
      has_owners: 'boolean',
      machines: 'int',
      hours: 'amount',
      billing_currency: 'text?',
      cost: 'amount?',
    },
  }),
  gapAge: defineQuery({
    file: `${FOLDER}/gap_age.sql`,
    columns: { age: 'text', evidence: 'text', machines: 'int', at_least: 'int', longest_days: 'int' },
  }),
  gapClosed: defineQuery({
    file: `${FOLDER}/gap_closed.sql`,
    columns: { closed: 'int', opened: 'int', open_at_end: 'int', judged_machines: 'int' },
  }),
} as const

export type ExecutiveSummaryRows = RowsOf<typeof queries>
