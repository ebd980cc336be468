import { phrase } from '../language.ts'
import { chartTheme } from './chart.ts'
import type { Block, Chart, Explorer, Table, Tile } from './document.ts'
import { formatValue } from './format.ts'
import { KEEP } from './pdf_printer.ts'
import { pdfTable, ruled } from './pdf_table.ts'
import { tagIn } from './pdf_tag.ts'
import { INK, inlineNode, type PdfContext, type PdfNode, textNode } from './pdf_text.ts'
import { drawSparkline } from './sparkline.ts'
import { drawStatus, STATUS } from './status.ts'

const TILES_IN_ROW = 3
const TILE_GAP = 18
const HALF_GAP = 24

/** Rows of an explorer that paper gets; the others stand in its file. */
const PRINTED_ROWS = 3

/** A block as nodes of pdfmake, with its tags. */
export function pdfBlock(block: Block, context: PdfContext): PdfNode[] {
  switch (block.type) {
    case 'paragraph':
      return [
        inlineNode(block.text, tagIn(context.tag, 'P'), context, {
          margin: [0, 3, 0, 5],
          ...(block.tone === 'muted' ? { color: INK.muted } : {}),
        }),
      ]
    case 'heading':
      return [
        textNode(block.text, tagIn(context.tag, 'H3'), context, {
          bold: true,
          fontSize: 11.5,
          margin: [0, 12, 0, 3],
          headlineLevel: KEEP.heading,
        }),
      ]
    case 'list':
      return [pdfList(block.items, context)]
    case 'tiles':
      return block.tiles.length === 1
        ? block.tiles.map((tile) => ({
            stack: pdfTile(tile, { ...context, tag: tagIn(context.tag, 'Div') }, 38),
            margin: [0, 6, 0, 4],
          }))
        : [pdfTiles(block.tiles, context)]
    case 'chart':
      return [pdfChart(block.chart, context)]
    case 'table':
      return pdfTable(block.table, context)
    case 'callout':
      return [
        boxed({ warning: INK.amber, ask: INK.blue, info: INK.muted }[block.tone], context, (inside) => [
          textNode(block.title, tagIn(inside.tag, 'P'), inside, {
            bold: true,
            fontSize: block.tone === 'ask' ? 11 : 9.5,
          }),
          inlineNode(block.text, tagIn(inside.tag, 'P'), inside, { margin: [0, 2, 0, 0] }),
        ]),
      ]
    case 'unavailable':
      return [
        boxed(INK.rule, context, (inside) => [
          textNode(phrase`${block.what}: not in this data`, tagIn(inside.tag, 'P'), inside, { bold: true }),
          textNode(block.why, tagIn(inside.tag, 'P'), inside, { color: INK.muted, margin: [0, 2, 0, 0] }),
          textNode(block.remedy, tagIn(inside.tag, 'P'), inside, { color: INK.muted }),
        ]),
      ]
    case 'definitions':
      return [pdfDefinitions(block.items, context)]
    case 'pair':
      return [pdfPair(block, context)]
    case 'sliders':
      return pdfTable(block.sliders.table, context)
    case 'explorer':
      return pdfTable(firstRows(block.explorer), context)
    case 'signOff':
      return [pdfSignOff(block.roles, context)]
  }
}

/** The first rows, and how many there are where. */
function firstRows({ table, all }: Explorer): Table {
  return { ...table, rows: table.rows.slice(0, PRINTED_ROWS), all }
}

function pdfList(items: Extract<Block, { type: 'list' }>['items'], context: PdfContext): PdfNode {
  const list = tagIn(context.tag, 'L')
  return {
    stack: items.map((item) => ({
      columns: [
        { width: 10, text: '•', color: INK.muted },
        inlineNode(item, tagIn(tagIn(list, 'LI'), 'LBody'), context, { width: context.width - 10 }),
      ],
      columnGap: 0,
      margin: [0, 1.5, 0, 1.5],
    })),
    margin: [0, 2, 0, 5],
  }
}

function pdfTiles(tiles: readonly Tile[], context: PdfContext): PdfNode {
  const width = (context.width - TILE_GAP * (TILES_IN_ROW - 1)) / TILES_IN_ROW
  const rows: PdfNode[][] = []
  for (let i = 0; i < tiles.length; i += TILES_IN_ROW) {
    rows.push(
      Array.from({ length: TILES_IN_ROW }, (_, j) => {
        const tile = tiles[i + j]
        return tile === undefined
          ? { text: '' }
          : { stack: pdfTile(tile, { ...context, width, tag: tagIn(context.tag, 'Div') }, 17) }
      }),
    )
  }
  return {
    table: { widths: Array(TILES_IN_ROW).fill(width), dontBreakRows: true, body: rows },
    layout: spaced(TILE_GAP, 14),
    margin: [0, 4, 0, 2],
  }
}

function spaced(gap: number, below: number): PdfNode {
  return {
    hLineWidth: () => 0,
    vLineWidth: () => 0,
    paddingLeft: () => 0,
    paddingRight: (i: number, node: { table: { widths: unknown[] } }) => (i === node.table.widths.length - 1 ? 0 : gap),
    paddingTop: () => 0,
    paddingBottom: () => below,
  }
}

function pdfTile(tile: Tile, context: PdfContext, size: number): PdfNode[] {
  const palette = chartTheme.palette as Record<'blue' | 'red' | 'amber', string>
  const p = (): ReturnType<typeof tagIn> => tagIn(context.tag, 'P')
  const isUnknown = tile.value.kind === 'unknown'
  const status = tile.status === undefined || tile.status === 'none' ? undefined : tile.status
  const nodes: PdfNode[] = [
    {
      canvas: [{ type: 'line', x1: 0, y1: 0, x2: context.width, y2: 0, lineWidth: 1.2, lineColor: INK.ink }],
      margin: [0, 0, 0, 5],
    },
    textNode(tile.label, p(), context, { bold: true, fontSize: 8.5 }),
    textNode(
      formatValue(tile.value),
      p(),
      context,
      isUnknown
        ? { fontSize: 12, color: INK.muted, margin: [0, 2, 0, 2] }
        : { bold: true, fontSize: size, lineHeight: 1 },
    ),
  ]
  const small = { fontSize: 8, color: INK.muted }
  if (tile.value.kind === 'unknown') nodes.push(textNode(tile.value.reason, p(), context, small))
  if (status !== undefined) {
    nodes.push({
      columns: [
        { width: 9, svg: drawStatus(status, palette[STATUS[status].colour]), fit: [7, 7], margin: [0, 2.5, 0, 0] },
        textNode(STATUS[status].word, p(), context, { bold: true, fontSize: 8, width: context.width - 12 }),
      ],
      columnGap: 3,
    })
  }
  if (tile.note !== undefined) nodes.push(inlineNode(tile.note, p(), context, small))
  if (tile.target !== undefined) nodes.push(inlineNode([phrase`Target`, ' ', ...tile.target], p(), context, small))
  const line = tile.sparkline === undefined ? undefined : drawSparkline(tile.sparkline, palette.blue)
  if (line !== undefined) {
    const alt = phrase`Course of the last ${tile.sparkline?.length ?? 0} periods`
    nodes.push({ svg: line, width: 72, tag: tagIn(context.tag, 'Figure', { alt }), margin: [0, 3, 0, 1] })
  }
  nodes.push(textNode(tile.formula, p(), context, { fontSize: 7, color: INK.muted, margin: [0, 2, 0, 0] }))
  return nodes
}

function pdfChart(chart: Chart, context: PdfContext): PdfNode {
  const svg = context.charts.get(chart.id)
  if (svg === undefined) throw new Error(`chart ${chart.id} was not drawn`)
  const title = textNode(chart.title, tagIn(context.tag, 'P'), context, {
    bold: true,
    fontSize: 9.5,
    margin: [0, 8, 0, 3],
  })
  return {
    stack: [title, { svg, width: context.width, tag: tagIn(context.tag, 'Figure', { alt: chart.alt }) }],
    unbreakable: true,
    margin: [0, 0, 0, 8],
  }
}

function boxed(colour: string, context: PdfContext, fill: (inside: PdfContext) => PdfNode[]): PdfNode {
  const width = context.width - 26
  return {
    table: {
      widths: [width],
      dontBreakRows: true,
      body: [[{ stack: fill({ ...context, width, tag: tagIn(context.tag, 'Div') }), fillColor: INK.wash }]],
    },
    layout: {
      hLineWidth: () => 0,
      vLineWidth: (i: number) => (i === 0 ? 3 : 0),
      vLineColor: () => colour,
      paddingLeft: () => 11,
      paddingRight: () => 11,
      paddingTop: () => 8,
      paddingBottom: () => 9,
    },
    margin: [1.5, 8, 0, 8],
  }
}

function pdfDefinitions(items: Extract<Block, { type: 'definitions' }>['items'], context: PdfContext): PdfNode {
  const termWidth = Math.min(130, context.width * 0.3)
  const width = context.width - termWidth - 10
  return {
    table: {
      widths: [termWidth, width],
      dontBreakRows: true,
      body: items.map((item) => {
        const tag = tagIn(context.tag, 'Div')
        return [
          textNode(item.term, tagIn(tag, 'P'), context, { bold: true }),
          inlineNode(item.text, tagIn(tag, 'P'), context),
        ]
      }),
    },
    layout: { ...ruled(false), hLineWidth: () => 0.5, hLineColor: () => INK.rule },
    fontSize: 8.5,
    margin: [0, 4, 0, 8],
  }
}

function pdfPair(pair: Extract<Block, { type: 'pair' }>, context: PdfContext): PdfNode {
  const width = (context.width - HALF_GAP) / 2
  const half = (blocks: readonly Block[]): PdfNode => ({
    width,
    stack: blocks.flatMap((block) => pdfBlock(block, { ...context, width })),
  })
  return { columns: [half(pair.left), half(pair.right)], columnGap: HALF_GAP }
}

function pdfSignOff(roles: readonly string[], context: PdfContext): PdfNode {
  const table = tagIn(context.tag, 'Table')
  const width = (context.width - 20) / 3
  const row = (cells: readonly string[], scope: 'Column' | 'Row'): PdfNode[] => {
    const tag = tagIn(table, 'TR')
    return cells.map((cell, i) =>
      textNode(cell, scope === 'Column' || i === 0 ? tagIn(tag, 'TH', { scope }) : tagIn(tag, 'TD'), context, {
        margin: [0, 0, 0, scope === 'Row' ? 22 : 0],
        ...(scope === 'Column' ? { color: INK.muted } : {}),
      }),
    )
  }
  return {
    table: {
      headerRows: 1,
      dontBreakRows: true,
      widths: [width, width, width],
      body: [
        row([phrase`Role`, phrase`Name and signature`, phrase`Date`], 'Column'),
        ...roles.map((role) => row([role, '', ''], 'Row')),
      ],
    },
    layout: ruled(false),
    fontSize: 8.5,
    margin: [0, 14, 0, 8],
    unbreakable: true,
  }
}
