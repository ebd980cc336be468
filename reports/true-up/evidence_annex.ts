import type { Page, Table, Value } from '../../src/report/document.ts'
import type { InputFile, ReportContext } from '../context.ts'
import { machineDayTable, matchTable } from '../evidence.ts'
import { priceTable, runBlocks } from '../method.ts'
import { figures, table, words } from '../table.ts'
import { count, counted, day, say, sentence, text } from '../value.ts'
import { SOURCE_WORDS } from '../words.ts'
import { requirementOf } from './position.ts'
import type { TrueUpRows } from './queries.ts'

/** Page 7: each count with its source, date and hash; who signs. */
export function evidenceAnnex(rows: TrueUpRows, context: ReportContext): Page {
  return {
    id: 'evidence',
    label: sentence`Evidence annex`,
    title: sentence`Each count can be traced to ${counted(context.inputs.length, 'input file')}`,
    blocks: [
      { type: 'table', table: countTable(rows, context) },
      { type: 'table', table: matchTable(rows) },
      { type: 'table', table: machineDayTable(rows) },
      { type: 'table', table: priceTable(rows.offer, ['hourly', 'server', 'user']) },
      ...runBlocks(context),
      { type: 'heading', text: sentence`Sign-off` },
      {
        type: 'paragraph',
        text: say`The counts above are accepted as the basis of the licence order.`,
      },
      {
        type: 'signOff',
        roles: [sentence`Prepared by`, sentence`Owner of the licence agreement`, sentence`FinOps`, sentence`Security`],
      },
    ],
  }
}

function countTable(rows: TrueUpRows, context: ReportContext): Table {
  const servers = requirementOf(rows, 'servers')
  const uncharged = requirementOf(rows, 'without_charge')
  const fromKind = (what: string, value: number, kind: string): readonly Value[] => {
    const files = context.inputs.filter((input) => input.kind === kind && !input.superseded)
    return [text(what), count(value), ...fileCells(newest(files), files.length, kind)]
  }
  return table(
    'counts',
    sentence`Counts and where they come from (the newest file of each source; all of them below)`,
    [
      words('what', 'Count', 0.26),
      figures('value', 'Value', 0.08),
      words('source', 'Source'),
      words('as-of', 'Date', 0.14),
      words('hash', 'SHA-256 (first 16)', 0.2),
    ],
    [
      ...rows.entitlement.map((row): readonly Value[] => [
        text(sentence`${row.product}: in force`),
        count(row.enabled_units),
        text(row.path ?? '–'),
        row.snapshot_day === null ? text('–') : day(row.snapshot_day),
        text(row.sha256?.slice(0, 16) ?? '–'),
      ]),
      fromKind(sentence`Servers in scope at once, peak`, servers?.peak ?? 0, 'arm'),
      fromKind(sentence`Servers with a sensor and no hourly charge, peak`, uncharged?.peak ?? 0, 'endpoint'),
      fromKind(
        sentence`Machines with an hourly charge`,
        rows.requirementSplit.reduce((sum, row) => sum + row.charged_machines, 0),
        'cost',
      ),
    ].slice(0, 25),
    { all: rows.entitlement.length + 3, file: 'manifest.json' },
  )
}

/** The file with the newest moment; of equal ones the one with most rows. */
function newest(files: readonly InputFile[]): InputFile | undefined {
  return [...files].sort((a, b) => (b.snapshotAt ?? 0) - (a.snapshotAt ?? 0) || (b.rows ?? 0) - (a.rows ?? 0))[0]
}

function fileCells(file: InputFile | undefined, files: number, kind: string): readonly Value[] {
  if (file === undefined) return [text(sentence`${SOURCE_WORDS[kind] ?? kind}: no file`), text('–'), text('–')]
  return [
    text(sentence`${SOURCE_WORDS[kind] ?? kind}, ${counted(files, 'file')}: ${file.path}`),
    file.snapshotAt === undefined ? text('–') : day(new Date(file.snapshotAt * 1000).toISOString().slice(0, 10)),
    text(file.sha256.slice(0, 16)),
  ]
}
