import type { Block, Chart, Document, Inline, Span, Table, Value } from '../../src/report/document.ts'
import { moreWords } from '../../src/report/table.ts'

/** Everything that a document says, flattened for tests. */
export interface Said {
  values: { value: Value; where: string; isCell: boolean }[]
  texts: string[]
  tables: Table[]
  /** Those of `tables` that stand behind a chart: they hold all of its data and are not printed. */
  chartTables: Table[]
  charts: Chart[]
  anchors: string[]
}

/** Walks all of a document: no text, value, table or chart of it is left out. */
export function walk(document: Document): Said {
  const said: Said = { values: [], texts: [], tables: [], chartTables: [], charts: [], anchors: [] }
  said.texts.push(document.title, document.subtitle, document.footer, ...document.keywords)
  for (const page of document.pages) {
    said.anchors.push(page.id)
    said.texts.push(page.label, page.title)
    for (const block of page.blocks) walkBlock(block, `${document.id}#${page.id}`, said)
  }
  return said
}

function walkBlock(block: Block, where: string, said: Said): void {
  const inline = (text: Inline): void => {
    for (const span of text) walkSpan(span, where, said)
  }
  switch (block.type) {
    case 'paragraph':
      inline(block.text)
      return
    case 'heading':
      said.texts.push(block.text)
      return
    case 'list':
      for (const item of block.items) inline(item)
      return
    case 'callout':
      said.texts.push(block.title)
      inline(block.text)
      return
    case 'definitions':
      for (const item of block.items) {
        said.texts.push(item.term)
        inline(item.text)
      }
      return
    case 'unavailable':
      said.texts.push(block.what, block.why, block.remedy)
      return
    case 'tiles':
      for (const tile of block.tiles) {
        said.texts.push(tile.label, tile.formula)
        walkValue(tile.value, where, said, false)
        inline(tile.note ?? [])
        inline(tile.target ?? [])
        for (const point of tile.sparkline ?? []) if (point !== null) said.texts.push(point)
      }
      return
    case 'table':
      walkTable(block.table, where, said)
      return
    case 'chart':
      said.charts.push(block.chart)
      said.anchors.push(block.chart.id)
      said.texts.push(block.chart.title, block.chart.alt)
      for (const rows of Object.values(block.chart.data)) {
        for (const row of rows) for (const cell of Object.values(row)) said.texts.push(String(cell))
      }
      said.chartTables.push(block.chart.table)
      walkTable(block.chart.table, where, said)
      return
    case 'pair':
      for (const part of [...block.left, ...block.right]) walkBlock(part, where, said)
      return
    case 'sliders':
      said.anchors.push(block.sliders.id)
      said.texts.push(block.sliders.caption)
      for (const offer of block.sliders.offers) {
        said.texts.push(offer.label, ...Object.values(offer.hourly), ...Object.values(offer.monthly))
      }
      walkTable(block.sliders.table, where, said)
      return
    case 'signOff':
      said.texts.push(...block.roles)
      return
  }
}

function walkTable(table: Table, where: string, said: Said): void {
  said.tables.push(table)
  said.anchors.push(table.id)
  said.texts.push(table.caption, moreWords(table) ?? '', ...table.columns.map((column) => column.label))
  for (const row of [...table.rows, ...(table.total === undefined ? [] : [table.total])]) {
    for (const value of row) walkValue(value, `${where} ${table.id}`, said, true)
  }
  for (const detail of table.details ?? []) {
    if (detail === null) continue
    said.texts.push(detail.label)
    for (const row of detail.rows) for (const value of row) walkValue(value, `${where} ${table.id}`, said, true)
  }
}

function walkSpan(span: Span, where: string, said: Said): void {
  if (typeof span === 'string') said.texts.push(span)
  else if ('strong' in span) said.texts.push(span.strong)
  else if ('code' in span) said.texts.push(span.code)
  else if ('link' in span) said.texts.push(span.link, span.to)
  else walkValue(span, where, said, false)
}

function walkValue(value: Value, where: string, said: Said, isCell: boolean): void {
  said.values.push({ value, where, isCell })
  if (value.kind === 'text') said.texts.push(value.text)
  if (value.kind === 'unknown') said.texts.push(value.reason)
}
