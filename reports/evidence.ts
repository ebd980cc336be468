import { defineQuery, type RowsOf } from '../src/engine/query.ts'
import { phrases, translatedMessage } from '../src/language.ts'
import type { Table } from '../src/report/document.ts'
import type { ReportContext } from './context.ts'
import { figures, table, words } from './table.ts'
import { count, day, hours, message, number, sentence, text } from './value.ts'
import { SOURCE_WORDS } from './words.ts'

/** What was read and how it was paired: the ground that the figures stand on. */
export const evidenceQueries = {
  source: defineQuery({
    file: 'reports/source.sql',
    columns: {
      kind: 'text',
      form: 'text',
      files: 'int',
      records: 'seconds',
      superseded: 'int',
      truncated: 'int',
      first_day: 'date?',
      last_day: 'date?',
      lag_hours: 'int?',
    },
  }),
  match: defineQuery({ file: 'reports/match.sql', columns: { evidence: 'text?', machines: 'int' } }),
  deviceStatus: defineQuery({
    file: 'reports/device_status.sql',
    columns: { status: 'text', records: 'int', listing_day: 'date' },
  }),
  machineDay: defineQuery({
    file: 'reports/machine_day.sql',
    columns: {
      status: 'text',
      machine_days: 'int',
      machines: 'int',
      billed_hours: 'amount',
      expected_hours: 'amount',
      variance_hours: 'amount',
    },
  }),
} as const

export type EvidenceRows = RowsOf<typeof evidenceQueries>

const MATCH_WORDS: Readonly<Record<string, string>> = phrases({
  vm_id: 'the same vmId',
  azure_resource_id: 'the ARM id in the device record',
  fqdn: 'the full name, unique on both sides',
  host_name: 'the host name, unique on both sides (weakest)',
  'device only': 'known to Defender for Endpoint alone',
})

const DEVICE_WORDS: Readonly<Record<string, string>> = phrases({
  matched: 'paired with a machine',
  ambiguous: 'not paired: the name fits several',
  unmatched: 'a server that no other source knows',
  duplicate: 'a duplicate of another record, left out',
  merged: 'merged into another record, left out',
  not_onboarded: 'listed, not onboarded, no machine known',
  client_elsewhere: 'a client or another device, out of scope',
})

const STATUS_WORDS: Readonly<Record<string, string>> = phrases({
  matched: 'as expected, give or take an hour',
  under: 'fewer hours than the machine was on',
  over: 'more hours than it can have been on',
  phantom: 'billed, never on that day',
  unbilled: 'on, not billed',
  not_expected: 'off, not billed',
  allocated: 'share of a subscription’s line, proves nothing of the machine',
  unknown: 'power not known',
})

/** Per kind of source: files, rows, days spoken of, lag to the end of the period. */
export function sourceTable(rows: EvidenceRows): Table {
  return table(
    'sources',
    sentence`What was read, per kind of source`,
    [
      words('source', 'Source', 0.2),
      words('form', 'Form'),
      figures('files', 'Files', 0.08),
      figures('records', 'Records', 0.11),
      figures('superseded', 'Superseded files', 0.12),
      words('newest', 'Newest record', 0.14),
      figures('lag', 'Lag to the end of the period', 0.14),
    ],
    rows.source.map((row) => [
      text(SOURCE_WORDS[row.kind] ?? row.kind),
      text(
        row.truncated > 0
          ? sentence`${translatedMessage(row.form)} (cut short by the service)`
          : translatedMessage(row.form),
      ),
      count(row.files),
      number(row.records, '', 0),
      count(row.superseded),
      row.last_day === null ? text(null) : day(row.last_day),
      row.lag_hours === null ? text(null) : number(String(row.lag_hours), 'h', 0),
    ]),
  )
}

/** How machines were paired with device records. */
export function matchTable(rows: EvidenceRows): Table {
  return table(
    'matches',
    sentence`Machines by the evidence that ties them to Defender for Endpoint`,
    [words('evidence', 'Evidence'), figures('machines', 'Machines', 0.2, true)],
    rows.match.map((row) => [
      text(row.evidence === null ? sentence`no device record` : (MATCH_WORDS[row.evidence] ?? row.evidence)),
      count(row.machines),
    ]),
  )
}

/** What became of the records of the newest listing of devices; nothing when there is none. */
export function deviceTable(rows: EvidenceRows): Table | undefined {
  if (rows.deviceStatus.length === 0) return undefined
  return table(
    'devices',
    sentence`Device records of the newest listing by what became of them`,
    [words('status', 'Record'), figures('records', 'Records', 0.2, true)],
    rows.deviceStatus.map((row) => [text(DEVICE_WORDS[row.status] ?? row.status), count(row.records)]),
  )
}

/** Machine-days by how the bill agrees with the hours on. */
export function machineDayTable(rows: EvidenceRows): Table {
  return table(
    'machine-days',
    sentence`Machine-days: billed hours against hours on`,
    [
      words('status', 'Outcome', 0.15),
      words('meaning', 'Meaning'),
      figures('days', 'Machine-days', 0.12),
      figures('machines', 'Machines', 0.11),
      figures('billed', 'Billed', 0.13),
      figures('expected', 'Expected', 0.13),
    ],
    rows.machineDay.map((row) => [
      message(row.status.replaceAll('_', ' ')),
      text(STATUS_WORDS[row.status] ?? row.status),
      count(row.machine_days),
      count(row.machines),
      hours(row.billed_hours),
      hours(row.expected_hours),
    ]),
  )
}

/** Files that a page names; the others stand in the manifest. */
const MOST_INPUTS = 12

/** Each input file with its rows and hash; the full list is in `manifest.json`. */
export function inputTable(context: ReportContext, _most = 25): Table {
  return table(
    'inputs',
    sentence`Input files`,
    [
      words('path', 'File'),
      words('form', 'Read as', 0.2),
      figures('rows', 'Rows', 0.1),
      words('as-of', 'Describes', 0.14),
      words('sha256', 'SHA-256 (first 16 of 64)', 0.2),
    ],
    context.inputs
      .slice(0, MOST_INPUTS)
      .map((input) => [
        text(input.superseded ? sentence`${input.path} (superseded)` : input.path),
        message(input.form),
        input.rows === null ? text(sentence`not read`) : count(input.rows),
        input.snapshotAt === undefined ? text('–') : day(new Date(input.snapshotAt * 1000).toISOString().slice(0, 10)),
        text(input.sha256.slice(0, 16)),
      ]),
    { all: context.inputs.length, file: 'manifest.json' },
  )
}
