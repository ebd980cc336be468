import { expect, test } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { sheetsOf } from '../../src/output/table_sheet.ts'
import type { SheetCell } from '../../src/report/xlsx.ts'

test('rows that do not fit one sheet go on in the next, in order, each once', async () => {
  const engine = await openDuckDb()
  try {
    await engine.run('create table given as select (i * 7919) % 10007 as n from range(10007) r(i)')
    const sql = "select n, 'm' || n as name from given order by n"
    for (const most of [10_006, 5_000, 10_007]) {
      const sheets = await sheetsOf(engine, 'Machine days', sql, () => most)
      expect(sheets.map(({ name, table }) => [name, table])).toEqual(
        [
          ['Machine days', 'Machine_days'],
          ['Machine days 2', 'Machine_days_2'],
          ['Machine days 3', 'Machine_days_3'],
        ].slice(0, Math.ceil(10_007 / most)),
      )
      const rows: (readonly SheetCell[])[] = []
      for (const sheet of sheets) {
        let own = 0
        for await (const row of sheet.rows) {
          rows.push(row)
          own += 1
        }
        expect(own).toBeLessThanOrEqual(most)
      }
      expect(rows.map(([, name]) => name)).toEqual(Array.from({ length: 10_007 }, (_, n) => `m${n}`))
    }
  } finally {
    await engine.close()
  }
})
