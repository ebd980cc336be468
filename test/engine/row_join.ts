import type { Engine } from '../../src/engine/engine.ts'

/** An operator of DuckDB's plan, as `explain (format json)` tells it. */
interface Operator {
  name: string
  children: readonly Operator[]
  extra_info: { Table?: string; 'CTE Index'?: string; 'Table Index'?: string; Conditions?: string | readonly string[] }
}

/** Every pair of rows is looked at by these: work that grows with one side times the other. */
const ROW_BY_ROW = new Set([
  'BLOCKWISE_NL_JOIN',
  'NESTED_LOOP_JOIN',
  'PIECEWISE_MERGE_JOIN',
  'IE_JOIN',
  'CROSS_PRODUCT',
])

/** Give a number of rows that no estate makes larger. */
const FEW_ROWS = new Set(['UNGROUPED_AGGREGATE', 'DUMMY_SCAN', 'COLUMN_DATA_SCAN', 'EMPTY_RESULT'])

/**
 * The joins of a query that look at every pair of rows of two inputs which both grow with the estate, each as one line.
 * `isFew` says of a relation (`schema.name`) that it does not grow.
 */
export async function rowJoins(engine: Engine, sql: string, isFew: (relation: string) => boolean): Promise<string[]> {
  const rows = await engine.rows(`explain (format json) ${sql}`)
  const plan = JSON.parse(String(rows.at(-1)?.explain_value)) as Operator[]
  const named = new Map<string, Operator>()
  const all: Operator[] = []
  const visit = (one: Operator): void => {
    all.push(one)
    if (one.name.trim() === 'CTE' && one.children[0] !== undefined)
      named.set(String(one.extra_info['Table Index']), one.children[0])
    one.children.forEach(visit)
  }
  plan.forEach(visit)

  const areFew = (one: Operator, within: readonly string[] = []): boolean => {
    const name = one.name.trim()
    if (FEW_ROWS.has(name)) return true
    if (name === 'SEQ_SCAN') return isFew(relationOf(one))
    if (name === 'CTE_SCAN') {
      const source = named.get(cteOf(one))
      return source !== undefined && !within.includes(cteOf(one)) && areFew(source, [...within, cteOf(one)])
    }
    return one.children.length > 0 && one.children.every((child) => areFew(child, within))
  }
  return all
    .filter((one) => ROW_BY_ROW.has(one.name.trim()) && !one.children.some((child) => areFew(child)))
    .map((one) => `${one.name.trim()} of ${one.children.map(inputOf).join(' and ')}: ${conditionOf(one)}`)
}

const cteOf = (one: Operator): string => String(one.extra_info['CTE Index'])

const relationOf = (one: Operator): string =>
  String(one.extra_info.Table).replaceAll('"', '').split('.').slice(-2).join('.')

/** What an input is made of: its relations. */
function inputOf(one: Operator): string {
  const leaves = (at: Operator): string[] =>
    at.children.length > 0
      ? at.children.flatMap(leaves)
      : [
          at.name.trim() === 'SEQ_SCAN'
            ? relationOf(at)
            : `${at.name.trim()} ${at.extra_info['CTE Index'] ?? ''}`.trim(),
        ]
  return `(${[...new Set(leaves(one))].join(', ')})`
}

function conditionOf(one: Operator): string {
  const { Conditions } = one.extra_info
  return Conditions === undefined ? 'all pairs' : [Conditions].flat().join(' and ')
}
