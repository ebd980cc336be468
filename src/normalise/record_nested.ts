import { type Engine, sqlText } from '../engine/engine.ts'
import { fieldListSql, fieldSql, foldedPaths, spelledPaths } from './record_path.ts'

/** Extensions that stand inside a machine's record become records of their own, under the machine's row number. */
export async function nestedExtensions(engine: Engine): Promise<void> {
  const machines = `class in ('virtual-machine', 'scale-set-instance', 'arc-machine')`
  const nested = foldedPaths(['=resources'])
  const views = foldedPaths(['properties.instanceView.extensions'])
  const spelled = await spelledPaths(engine, machines, [...nested, ...views, 'id'])
  const idPaths: string[] = []
  const id = fieldSql(['=id'], spelled, idPaths)
  const listed = (folded: readonly string[]) => folded.flatMap((path) => spelled.get(path) ?? [])
  for (const path of listed(nested)) {
    await engine.run(
      `insert into raw.item (file_id, row_number, doc, class)
       select file_id, row_number, doc, 'extension'
       from (select file_id, row_number, unnest(json_extract(doc, ${sqlText(`${path}[*]`)})) as doc from raw.item where ${machines})
       where json_type(doc) = 'OBJECT' and regexp_matches(lower(cast(doc as varchar)), '/extensions/')`,
    )
  }
  for (const path of listed(views)) {
    await engine.run(
      `insert into raw.item (file_id, row_number, doc, class)
       select file_id, row_number, json_object('machine', ${id}, 'view', view), 'extension-view'
       from (select file_id, row_number, ${fieldListSql(idPaths)} as field,
                    unnest(json_extract(doc, ${sqlText(`${path}[*]`)})) as view from raw.item where ${machines})
       where json_type(view) = 'OBJECT'`,
    )
  }
}
