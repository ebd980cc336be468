import { phrase } from '../language.ts'
import { chartTheme, drawChart } from './chart.ts'
import type { Block, Chart, Document, Inline, PriceSliders, Tile } from './document.ts'
import { formatValue } from './format.ts'
import { htmlExplorer } from './html_explorer.ts'
import { htmlTable } from './html_table.ts'
import { runsOf } from './inline.ts'
import { type Markup, markup, trusted } from './markup.ts'
import { drawSparkline } from './sparkline.ts'
import { drawStatus, STATUS } from './status.ts'

/** Widths (px) at which charts are drawn for HTML; the style sheet shows the one that fits. */
const WIDTHS = { wide: 880, narrow: 340 } as const

/** Charts of a document, drawn once for wide and once for narrow pages, by chart id. */
export type DrawnCharts = ReadonlyMap<string, DrawnChart>

interface DrawnChart {
  wide: string
  /** Undefined for a chart that scrolls instead. */
  narrow: string | undefined
}

/** Draws all charts of a document. Throws when two charts share an id. */
export async function drawCharts(document: Document): Promise<DrawnCharts> {
  const drawn = new Map<string, DrawnChart>()
  for (const chart of document.pages.flatMap((page) => chartsOf(page.blocks))) {
    if (drawn.has(chart.id)) throw new Error(`two charts have the id ${chart.id}`)
    drawn.set(chart.id, {
      wide: await drawChart({ ...chart, id: `${chart.id}-wide` }, chartTheme, WIDTHS.wide, { hasTips: true }),
      narrow:
        chart.narrow === 'scroll'
          ? undefined
          : await drawChart({ ...chart, id: `${chart.id}-narrow` }, chartTheme, WIDTHS.narrow, { hasTips: true }),
    })
  }
  return drawn
}

/** The charts among blocks, those in halves too. */
export function chartsOf(blocks: readonly Block[]): Chart[] {
  return blocks.flatMap((block) => {
    if (block.type === 'chart') return [block.chart]
    return block.type === 'pair' ? [...chartsOf(block.left), ...chartsOf(block.right)] : []
  })
}

/** A block as HTML. `key` is unique within the document and leads the ids in it. */
export function htmlBlock(block: Block, key: string, charts: DrawnCharts): Markup {
  switch (block.type) {
    case 'paragraph':
      return markup`<p${block.tone === 'muted' ? markup` class="muted"` : undefined}>${htmlInline(block.text)}</p>`
    case 'heading':
      return markup`<h3>${block.text}</h3>`
    case 'list':
      return markup`<ul>${block.items.map((item) => markup`<li>${htmlInline(item)}</li>`)}</ul>`
    case 'tiles':
      return markup`<ul class="tiles${block.tiles.length === 1 ? ' alone' : ''}">${block.tiles.map(htmlTile)}</ul>`
    case 'chart':
      return htmlChart(block.chart, charts)
    case 'table':
      return htmlTable(block.table, key)
    case 'callout':
      return markup`<aside class="callout ${block.tone}" aria-labelledby="${key}"><p class="title" id="${key}">${block.title}</p><p>${htmlInline(block.text)}</p></aside>`
    case 'definitions':
      return markup`<dl>${block.items.map((item) => markup`<div><dt>${item.term}</dt><dd>${htmlInline(item.text)}</dd></div>`)}</dl>`
    case 'unavailable':
      return markup`<div class="unavailable"><p class="title">${phrase`${block.what}: not in this data`}</p><p>${block.why}</p><p>${block.remedy}</p></div>`
    case 'pair':
      return markup`<div class="pair"><div>${block.left.map((part, i) => htmlBlock(part, `${key}-l${i + 1}`, charts))}</div><div>${block.right.map((part, i) => htmlBlock(part, `${key}-r${i + 1}`, charts))}</div></div>`
    case 'sliders':
      return htmlSliders(block.sliders, key)
    case 'explorer':
      return htmlExplorer(block.explorer, key)
    case 'signOff':
      return markup`<table class="signoff"><caption class="hidden">${phrase`Sign-off`}</caption><thead><tr><th scope="col">${phrase`Role`}</th><th scope="col">${phrase`Name and signature`}</th><th scope="col">${phrase`Date`}</th></tr></thead><tbody>${block.roles.map((role) => markup`<tr><th scope="row">${role}</th><td></td><td></td></tr>`)}</tbody></table>`
  }
}

/** Running text as HTML. Strangers' names are isolated, so that right-to-left ones do not reorder what follows. */
export function htmlInline(inline: Inline): Markup {
  return markup`${runsOf(inline).map((run, i) => {
    const text = typeof inline[i] === 'string' ? markup`${run.text}` : markup`<bdi>${run.text}</bdi>`
    if (run.to !== undefined)
      return markup`<a href="${run.to}"${run.to.startsWith('https:') ? markup` rel="noreferrer"` : undefined}>${text}</a>`
    if (run.style === 'strong') return markup`<strong>${text}</strong>`
    if (run.style === 'code') return markup`<code>${text}</code>`
    return run.style === 'value' ? markup`<span class="value">${run.text}</span>` : text
  })}`
}

function htmlTile(tile: Tile): Markup {
  const { blue, red, amber } = chartTheme.palette as Record<'blue' | 'red' | 'amber', string>
  const status = tile.status === undefined || tile.status === 'none' ? undefined : tile.status
  const line = tile.sparkline === undefined ? undefined : drawSparkline(tile.sparkline, blue)
  return markup`<li class="tile">
<p class="label">${tile.label}</p>
<p class="figure${tile.value.kind === 'unknown' ? ' unknown' : ''}">${formatValue(tile.value)}</p>
${tile.value.kind === 'unknown' ? markup`<p class="note">${tile.value.reason}</p>` : undefined}
${status === undefined ? undefined : markup`<p class="status">${trusted(hidden(drawStatus(status, { blue, amber, red }[STATUS[status].colour])))}${STATUS[status].word}</p>`}
${tile.note === undefined ? undefined : markup`<p class="note">${htmlInline(tile.note)}</p>`}
${tile.target === undefined ? undefined : markup`<p class="note">${phrase`Target`} ${htmlInline(tile.target)}</p>`}
${line === undefined ? undefined : markup`<div class="spark" role="img" aria-label="${phrase`Course of the last ${tile.sparkline?.length ?? 0} periods`}">${trusted(hidden(line))}</div>`}
<p class="formula">${tile.formula}</p>
</li>`
}

function htmlChart(chart: Chart, charts: DrawnCharts): Markup {
  const drawn = charts.get(chart.id)
  if (drawn === undefined) throw new Error(`chart ${chart.id} was not drawn`)
  const drawing =
    drawn.narrow === undefined
      ? markup`<div class="scroll" role="region" aria-label="${chart.title}" tabindex="0"><div class="roomy" role="img" aria-label="${chart.alt}">${trusted(fluid(drawn.wide))}</div></div>`
      : markup`<div role="img" aria-label="${chart.alt}"><div class="wide">${trusted(fluid(drawn.wide))}</div><div class="narrow">${trusted(fluid(drawn.narrow))}</div></div>`
  return markup`<figure class="chart" id="${chart.id}">
<figcaption>${chart.title}</figcaption>
${drawing}
<details><summary>${phrase`The figures of this chart`}</summary>${htmlTable(chart.table, `${chart.id}-table`)}</details>
</figure>`
}

/** A drawing as wide as its place: the size is left to the style sheet. */
function fluid(svg: string): string {
  return hidden(svg).replace(/ width="[\d.]+" height="[\d.]+"/, '')
}

function hidden(svg: string): string {
  return svg.replace('<svg ', '<svg aria-hidden="true" focusable="false" ')
}

function htmlSliders(sliders: PriceSliders, key: string): Markup {
  const range = (offer: number, name: 'hourly' | 'monthly', label: string): Markup => {
    const price = sliders.offers[offer]?.[name]
    if (price === undefined) return markup``
    const id = `${key}-${offer}-${name}`
    return markup`<label for="${id}">${label}, ${sliders.currency}</label><input type="range" id="${id}" data-price="${name}" min="${price.from}" max="${price.to}" step="${price.step}" value="${price.start}"><output for="${id}">${price.start}</output>`
  }
  return markup`<div class="sliders" id="${key}">
<form hidden data-currency="${sliders.currency}" data-machines="${JSON.stringify(sliders.machines.map(({ hours, count }) => [hours, count]))}">
<p class="title">${sliders.caption}</p>
${sliders.offers.map((offer, i) => markup`<fieldset><legend>${offer.label}</legend>${range(i, 'hourly', phrase`Price per hour`)}${range(i, 'monthly', phrase`Licence per machine and month`)}<p class="result" role="status"></p></fieldset>`)}
<p class="note">${phrase`The sliders recompute in this page, from the hours of the machines and the prices chosen. Every other figure stays as it is: the table below has the prices of this report.`}</p>
</form>
${htmlTable(sliders.table, `${key}-table`)}
</div>`
}
