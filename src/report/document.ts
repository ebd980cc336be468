/**
 * What a report says, before how it looks: plain data that `html.ts`, `pdf.ts` and `xlsx.ts` draw. A report is a pure
 * function from rows to a Document, so equal input gives an equal Document, and every format shows the same numbers.
 */
import type { CurrencyCode, DayText, DecimalText } from '../types.ts'

/** A value with its unit. It becomes text in `format.ts`, once, and the same in every format. */
export type Value =
  | {
      kind: 'money'
      amount: DecimalText
      currency: CurrencyCode /** fraction digits; those of the currency (ISO 4217: 2, JPY 0, KWD 3) unless told */
      digits?: number
    }
  | {
      kind: 'number'
      value: DecimalText /** '' for a bare count */
      unit: string /** as many as the value has, at most 2, unless told */
      digits?: number
    }
  | { kind: 'percent' /** 12.5 means 12.5 % */; value: DecimalText /** 1 unless told */; digits?: number }
  | { kind: 'day'; day: DayText }
  /** Printed as `2026-10-31 04:00 UTC`. */
  | { kind: 'moment' /** UTC seconds */; at: number }
  | { kind: 'text'; text: string }
  /** Printed as "cannot be computed", with the reason at hand. */
  | { kind: 'unknown'; reason: string }

/** Text with values in it; values never lose their unit on the way to the page. */
export type Span =
  | string
  | Value
  | { strong: string }
  | { code: string }
  /** `to` is a file beside the report (`machines.csv`), a page of the document (`#actions`) or an https address; anything else is printed as text. */
  | { link: string; to: string }
export type Inline = readonly Span[]

export interface Document {
  /** File name without extension, such as `monthly-review`. */
  id: 'monthly-review' | 'true-up' | 'executive-summary'
  title: string
  subtitle: string
  /** BCP 47, such as `en`. */
  language: string
  /** Printed small on every page: period, currencies, data grade, tool version. */
  footer: string
  /** Fixed date of the document's metadata, UTC seconds: from the input, never from the clock. */
  createdAt: number
  keywords: readonly string[]
  pages: readonly Page[]
  brand?: Brand
}

/** Whose report it is. The colours of charts and states stay: they carry meaning. */
export interface Brand {
  name: string
  /** `#rrggbb`, of the band on top. */
  accent?: string
  /** A data URL of PNG or JPEG. */
  logo?: string
}

/** One page of `reports.md`: its title is a sentence that states the finding. Long pages may flow onto several sheets. */
export interface Page {
  /** Stable anchor and bookmark key, such as `headlines`. */
  id: string
  /** Short name for navigation and bookmarks, such as `Headlines`. */
  label: string
  title: string
  blocks: readonly Block[]
}

export type Block =
  | { type: 'paragraph'; text: Inline; tone?: 'plain' | 'muted' }
  | { type: 'heading'; text: string }
  | { type: 'tiles'; tiles: readonly Tile[] }
  | { type: 'chart'; chart: Chart }
  | { type: 'table'; table: Table }
  | { type: 'callout'; tone: 'info' | 'warning' | 'ask'; title: string; text: Inline }
  | { type: 'definitions'; items: readonly { term: string; text: Inline }[] }
  /** A page or part that today's data cannot fill: what is missing, and which export would fill it. */
  | { type: 'unavailable'; what: string; why: string; remedy: string }
  | { type: 'list'; items: readonly Inline[] }
  /** Two halves side by side where there is room, one below the other where there is not. */
  | { type: 'pair'; left: readonly Block[]; right: readonly Block[] }
  | { type: 'sliders'; sliders: PriceSliders }
  | { type: 'explorer'; explorer: Explorer }
  /** Lines to sign on: role, name, date. */
  | { type: 'signOff'; roles: readonly string[] }

/** One tile alone in its block is drawn large, across the page: the one number of a summary. */
export interface Tile {
  label: string
  value: Value
  /** Second line: change since last month, or the same in other currencies. */
  note?: Inline
  target?: Inline
  /** Footnote to the formula. */
  formula: string
  /** Status in words and shape, not only colour. */
  status?: 'good' | 'watch' | 'bad' | 'none'
  /** Oldest first; NULL is a gap. Values as decimal text. */
  sparkline?: readonly (DecimalText | null)[]
}

export interface Chart {
  /** Unique within the document; prefix of all ids in its SVG. */
  id: string
  title: string
  /** What a reader who cannot see it must know. */
  alt: string
  /** Vega-Lite specification without data, from `reports/<name>/<chart>.vl.json`. */
  spec: Readonly<Record<string, unknown>>
  /**
   * Named data sets for the specification. Numbers here are for drawing only. What a row says as `tip` is shown in
   * HTML beside its mark when it is pointed at.
   */
  data: Readonly<Record<string, readonly Readonly<Record<string, string | number | null>>[]>>
  /** The same data as a table, shown on demand in HTML and in the workbook. */
  table: Table
  /** Width ÷ height; 2 unless told. */
  ratio?: number
  /** On a narrow screen a chart is drawn anew for its width, unless it needs its room (a heat map of 24 hours): then it scrolls. */
  narrow?: 'redraw' | 'scroll'
}

export interface Table {
  id: string
  caption: string
  columns: readonly Column[]
  rows: readonly (readonly Value[])[]
  /** Printed last and set apart; same columns. */
  total?: readonly Value[]
  /** How many rows there are in all, those that `rows` leaves out too; as many as `rows` unless told. */
  all?: number
  /** File beside the report that holds all rows. */
  file?: string
  /** File that would hold all rows, in a format that was not asked for. */
  unwritten?: string
  /** What a row opens to in HTML, such as a machine's hours day by day; one entry per row. Print and workbook leave it out. */
  details?: readonly (RowDetail | null)[]
}

/**
 * Rows in their thousands. HTML shows them a page at a time, sorts and filters them, and a row opens its days; print, and
 * a reader without script, gets `table`: the first rows and where the rest is.
 */
export interface Explorer {
  table: Table
  /** All rows, in the order of `table`, whose rows are the first of these. */
  rows: readonly (readonly Value[])[]
  /** How many rows there are in all, those that `rows` leaves out too. */
  all: number
  /** What a row opens to. */
  days?: {
    /** Name of the detail; the row's first cell follows it, such as `Hours day by day of`. */
    label: string
    /** Head of the column of days, then of each series. */
    day: string
    series: readonly string[]
    /** Where the row's `hasUnknown` days are marked: the words for it. */
    unknown: string
    /** One entry per row: its runs of equal days, oldest first. */
    of: readonly (readonly DayRun[])[]
  }
}

/** Neighbouring days on which a machine did the same. */
export interface DayRun {
  firstDay: DayText
  days: number
  /** Whole minutes of each series; NULL: nothing is known, or no charge. */
  minutes: readonly (number | null)[]
  /** For part of these days the state is not known. */
  hasUnknown: boolean
}

/** A short table under a row, shown on demand. */
export interface RowDetail {
  /** Name of the button, such as `Hours of web-01 day by day`. */
  label: string
  columns: readonly Column[]
  rows: readonly (readonly Value[])[]
}

export interface Column {
  key: string
  label: string
  align: 'start' | 'end'
  /** Draw a bar in the cell, as long as the value against the largest of the column. */
  bar?: boolean
  /** Share of the width in print; columns without one share what is left. */
  width?: number
}

/**
 * Hourly price against monthly price with sliders, in HTML: where each licence breaks even and how many machines lie
 * above. Print, and a reader without script, gets the table. The sliders explore; they print no figure of the ledger.
 */
export interface PriceSliders {
  id: string
  caption: string
  currency: CurrencyCode
  offers: readonly {
    label: string
    /** What the machine costs per hour when billed by the hour. */
    hourly: PriceRange
    /** What the licence costs per machine and month. */
    monthly: PriceRange
  }[]
  /** Hours on of each machine in the month, as whole hours, with how many machines had them. */
  machines: readonly { hours: number; count: number }[]
  table: Table
}

/** Bounds, step and start of a slider, as decimal text. */
export interface PriceRange {
  from: DecimalText
  to: DecimalText
  step: DecimalText
  start: DecimalText
}
