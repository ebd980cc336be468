import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as vega from 'vega'
import * as vegaLite from 'vega-lite'
import { translated } from '../language.ts'
import { packageRoot } from '../package_root.ts'
import type { Chart } from './document.ts'
import { textWidth } from './font.ts'
import { printable, shortened } from './text.ts'

declare module 'vega' {
  /** Missing from Vega's types. */
  export const textMetrics: {
    width(item: { fontSize?: number; fontWeight?: string | number }, text: unknown): number
  }
}

/** How a chart looks: Vega-Lite's `config` and the colours behind it. */
export interface ChartTheme {
  palette: Readonly<Record<string, string>>
  config: Readonly<Record<string, unknown>>
}

/** The theme of all reports. */
export const chartTheme = JSON.parse(
  readFileSync(join(packageRoot, 'templates/chart_theme.json'), 'utf8'),
) as ChartTheme

/** Longest label in a chart; longer names lose their middle. The table beside the chart has them whole. */
const LABEL_LENGTH = 34

type Json = Record<string, unknown>

/**
 * A chart as SVG, as wide as asked (in px) within a few px. Deterministic: the same chart gives the same text. Ids in it
 * begin with the chart's id. Throws when Vega-Lite or Vega warn of anything, and on an axis that does not begin at zero:
 * both are mistakes in the specification.
 */
export async function drawChart(
  chart: Chart,
  theme: ChartTheme,
  width: number,
  options: { hasTips?: boolean } = {},
): Promise<string> {
  // Axes, labels and legends take their room from the plot: measure once, then draw into what they leave.
  const ratio = isNarrow(width) ? Math.min(chart.ratio ?? 2, 1.2) : (chart.ratio ?? 2)
  const target = { width, height: width / ratio }
  let plot = { width: width - 90, height: target.height - 60 }
  let drawn = await svgOf(chart, compileChart(chart, theme, plot))
  for (let pass = 0; pass < 2; pass += 1) {
    plot = {
      width: Math.max(80, Math.floor(plot.width + target.width - drawn.width)),
      height: Math.max(60, Math.floor(plot.height + target.height - drawn.height)),
    }
    drawn = await svgOf(chart, compileChart(chart, theme, plot))
  }
  return options.hasTips ? withTips(drawn.svg) : withoutLabels(drawn.svg)
}

/** The Vega specification of a chart for a plot of that size (px): what the golden of a chart compares. */
export function compileChart(chart: Chart, theme: ChartTheme, plot: { width: number; height: number }): vega.Spec {
  const specification = {
    ...told(titled(sized(chart.spec as Json, plot)), chart.data),
    datasets: Object.fromEntries(Object.entries(chart.data).map(([name, rows]) => [name, labelled(rows)])),
  } as unknown as vegaLite.TopLevelSpec
  const warnings: string[] = []
  const { spec } = vegaLite.compile(specification, {
    config: (isNarrow(plot.width) ? narrowConfig(theme.config) : theme.config) as vegaLite.Config,
    logger: collecting(warnings),
  })
  if (warnings.length > 0) throw new Error(`chart ${chart.id}: ${warnings.join('; ')}`)
  refuseTruncatedAxes(chart.id, spec)
  return spec
}

function isNarrow(width: number): boolean {
  return width < 480
}

/** Where there is little room, legends stand in one column and axes have fewer labels. */
function narrowConfig(config: ChartTheme['config']): Json {
  const part = (name: string): Json => config[name] as Json
  return {
    ...config,
    legend: { ...part('legend'), direction: 'vertical', columns: 1 },
    axisXQuantitative: { ...part('axisXQuantitative'), tickCount: 3 },
  }
}

/** Gives the plot its size, also to the parts of a concatenation; a size in the specification wins. */
function sized(spec: Json, plot: { width: number; height: number }): Json {
  const parts = spec['vconcat'] as Json[] | undefined
  if (parts === undefined) return { width: plot.width, height: plot.height, ...spec }
  // The first part is the main one; each other takes a third of its height.
  const unit = plot.height / (1 + (parts.length - 1) / 3)
  return {
    ...spec,
    vconcat: parts.map((part, i) => ({ width: plot.width, height: Math.floor(i === 0 ? unit : unit / 3), ...part })),
  }
}

/** Titles of axes and legends in the language that holds. */
function titled(part: Json): Json {
  const of = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(of)
    return typeof value === 'object' && value !== null ? titled(value as Json) : value
  }
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      key === 'title' && typeof value === 'string' ? translated(value) : of(value),
    ]),
  )
}

/** The field of a data row that says in words what its mark shows, where the chart is looked at on a screen. */
const TIP = 'tip'

/** Each mark tells the words of its row, where the rows have them; a mark of other rows tells nothing. */
function told(spec: Json, data: Chart['data'], inherited?: string): Json {
  const name = (spec['data'] as { name?: string } | undefined)?.name ?? inherited
  const parts = (key: 'layer' | 'vconcat' | 'hconcat'): Json =>
    spec[key] === undefined ? {} : { [key]: (spec[key] as Json[]).map((part) => told(part, data, name)) }
  const hasTips = name !== undefined && data[name]?.some((row) => typeof row[TIP] === 'string') === true
  if (spec['mark'] === undefined) return { ...spec, ...parts('layer'), ...parts('vconcat'), ...parts('hconcat') }
  const mark = typeof spec['mark'] === 'string' ? { type: spec['mark'] } : (spec['mark'] as Json)
  if (!hasTips) return { ...spec, mark: { ...mark, aria: false } }
  return {
    ...spec,
    mark: { ...mark, aria: true },
    encoding: { ...(spec['encoding'] as Json), description: { field: TIP } },
  }
}

/** Strangers' text made printable and short; two names never become the same label. */
function labelled(rows: Chart['data'][string]): Json[] {
  const labels = new Map<string, string>()
  const taken = new Set<string>()
  const labelOf = (text: string): string => {
    const known = labels.get(text)
    if (known !== undefined) return known
    const short = shortened(printable(text), LABEL_LENGTH)
    let label = short
    for (let n = 2; taken.has(label); n += 1) label = `${short} (${n})`
    taken.add(label)
    labels.set(text, label)
    return label
  }
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => {
        if (typeof value !== 'string') return [key, value]
        return [key, key === TIP ? printable(value) : labelOf(value)]
      }),
    ),
  )
}

async function svgOf(chart: Chart, spec: vega.Spec): Promise<{ svg: string; width: number; height: number }> {
  const warnings: string[] = []
  const view = new vega.View(vega.parse(spec), { renderer: 'none', logger: collecting(warnings), loader: NO_LOADER })
  const svg = await view.toSVG()
  view.finalize()
  if (warnings.length > 0) throw new Error(`chart ${chart.id}: ${warnings.join('; ')}`)
  const size = /^<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg)
  if (size === null) throw new Error(`chart ${chart.id}: the drawing has no size`)
  return { svg: withPrefix(lean(svg), chart.id), width: Number(size[1]), height: Number(size[2]) }
}

/** Text is measured with the typeface that draws it, instead of guessed; Vega has one such function for all views. */
vega.textMetrics.width = (item, text) =>
  textWidth(String(text ?? ''), item.fontSize ?? 11, isBold(item.fontWeight) ? 'bold' : 'regular')

function isBold(weight: string | number | undefined): boolean {
  return weight === 'bold' || Number(weight) >= 600
}

/** A chart brings its data along: whatever would be loaded is refused. */
const NO_LOADER = {
  ...vega.loader(),
  load: () => Promise.reject(new Error('charts load nothing')),
  sanitize: () => Promise.reject(new Error('charts link nowhere')),
}

/** A logger that keeps warnings and errors and prints nothing. */
function collecting(warnings: string[]): vega.LoggerInterface {
  const logger: vega.LoggerInterface = vega.logger(vega.Warn)
  const keep = (...words: readonly unknown[]): vega.LoggerInterface => {
    warnings.push(words.map((word) => (word instanceof Error ? word.message : String(word))).join(' '))
    return logger
  }
  return Object.assign(logger, { warn: keep, error: keep })
}

/** Leaves out what draws nothing: labels hidden because they would overlap, empty frames, defaults. */
function lean(svg: string): string {
  return svg
    .replace(/<text [^>]*opacity="0"[^>]*>[^<]*<\/text>/g, '')
    .replace(/<path [^>]*d="M0,0h0v0h0Z"[^>]*\/>|<path [^>]*display="none"[^>]*\/>/g, '')
    .replace(/<[^>]+>/g, (tag) =>
      tag.replace(/ (?:pointer-events="none"|opacity="1"|aria-hidden="true"|class="[^"]*")/g, ''),
    )
}

/** What a mark tells, as `data-tip`: the drawing itself stays hidden from readers, who get the text and the table. */
function withTips(svg: string): string {
  return svg.replace(/<[^>]+>/g, (tag) =>
    withoutLabels(
      tag.replace(
        / aria-label="([^"]*)"(?= role="graphics-symbol" aria-roledescription="[a-z ]*mark")/,
        ' data-tip="$1"',
      ),
    ),
  )
}

function withoutLabels(svg: string): string {
  return svg.replace(/<[^>]+>/g, (tag) => tag.replace(/ (?:aria-[a-z]+|role)="[^"]*"/g, ''))
}

/** Ids within the drawing, numbered as they appear and led by the chart's id, so that many drawings share a page. */
function withPrefix(svg: string, prefix: string): string {
  const ids = new Map<string, string>()
  for (const [, id = ''] of svg.matchAll(/<[^>]*? id="([^"]+)"/g)) ids.set(id, `${prefix}-${ids.size + 1}`)
  return svg.replace(/<[^>]+>/g, (tag) =>
    tag.replace(/(id="|url\(#|href="#)([^")]+)/g, (found, before: string, id: string) => {
      const renamed = ids.get(id)
      return renamed === undefined ? found : before + renamed
    }),
  )
}

/** Lengths must compare: a position scale that starts anywhere but at zero would lie. Time scales may. */
function refuseTruncatedAxes(id: string, spec: vega.Spec): void {
  const scopes = [spec, ...((spec.marks ?? []) as vega.Spec[])]
  for (const scale of scopes.flatMap((scope) => scope.scales ?? [])) {
    if (scale.type !== 'linear' || !/(^|_)[xy]$/.test(scale.name)) continue
    const domain = scale.domain as unknown
    const bounds = Array.isArray(domain) ? domain.filter((bound) => typeof bound === 'number') : []
    const isBeyondZero = bounds.length === 2 && Math.min(...bounds) * Math.max(...bounds) > 0
    if (scale.zero === false || isBeyondZero)
      throw new Error(`chart ${id}: the ${scale.name} axis does not begin at zero`)
  }
}
