import type { Engine } from '../engine/engine.ts'
import { readList } from '../engine/list_file.ts'
import { buildModel } from '../engine/model.ts'
import { defineQuery, type RowOf, runQuery } from '../engine/query.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import { EXPLAIN_MODELS } from '../models.ts'
import { suggestion } from '../suggestion.ts'
import type { CurrencyCode, DecimalText } from '../types.ts'

const ROW = defineQuery({
  file: 'src/explain/figure_row.sql',
  columns: {
    billing_currency: 'text?',
    machine_id: 'text?',
    subscription_id: 'text?',
    name: 'text',
    value: 'amount',
    lines: 'int',
    first_file: 'text?',
    first_row: 'seconds?',
  },
})

const SUM = defineQuery({
  file: 'src/explain/figure_sum.sql',
  columns: { billing_currency: 'text?', parts: 'int', value: 'amount?' },
})

/** What a figure means and where it is computed; `formula` names the figures it follows from. */
export interface FigureDefinition {
  figure: string
  definition: string
  definedIn: string
  formula: string | null
}

/** A figure with the value that `summary.json` has. */
export interface FigureValue {
  figure: string
  currency: CurrencyCode | null
  value: DecimalText | null
  unit: string
  reason: string | null
}

export interface FigureStory extends FigureDefinition {
  values: readonly FigureValue[]
  /** Of a figure that follows from others: those, with their values. */
  inputs: readonly FigureValue[]
  /** Of a figure that is a sum: its parts, largest first. */
  rows: readonly RowOf<typeof ROW>[]
  /** The parts added up, per currency; equal to the values. */
  sums: readonly RowOf<typeof SUM>[]
}

/** The figures that can be explained: all of `summary.json`. */
export function figureDefinitions(): FigureDefinition[] {
  return readList('src/explain/figure.csv', ['figure', 'definition', 'defined_in', 'formula']).map(
    ([figure, definition, definedIn, formula]) => ({
      figure: String(figure),
      definition: String(definition),
      definedIn: String(definedIn),
      formula: formula === null || formula === undefined ? null : String(formula),
    }),
  )
}

/** The definition of a figure; a name that is none is a HourwiseError (exit 2) with what was probably meant. */
export function findFigure(name: string): FigureDefinition {
  const definitions = figureDefinitions()
  const found = definitions.find(({ figure }) => figure === name)
  if (found !== undefined) return found
  const names = definitions.map(({ figure }) => figure)
  throw new HourwiseError(EXIT.usage, `no figure is called ${name}${suggestion(name, names)}`, {
    details: [names.join(', ')],
    next: 'Give one of these with --figure.',
  })
}

/** Explains a figure of a ledger that is built: its definition, its value per currency, and what it is made of. */
export async function explainFigure(
  engine: Engine,
  definition: FigureDefinition,
  currency: CurrencyCode | undefined,
  all: readonly FigureValue[],
): Promise<FigureStory> {
  const ofCurrency = (value: FigureValue) =>
    currency === undefined || value.currency === null || value.currency === currency
  const values = all.filter((value) => value.figure === definition.figure && ofCurrency(value))
  if (values.length === 0) {
    const known = [...new Set(all.map((value) => value.currency).filter((code) => code !== null))]
    throw new HourwiseError(EXIT.usage, `${definition.figure} has no value in ${currency ?? 'any currency'}`, {
      details: [known.length === 0 ? 'the bill has no currency' : `currencies of the bill: ${known.join(', ')}`],
      next: 'Give another --currency, or none.',
    })
  }
  const names = new Set(definition.formula?.match(/[a-z_]+/g) ?? [])
  await engine.run('create schema if not exists explain')
  await engine.run('create or replace table config.explained_figure (figure varchar, billing_currency varchar)')
  await engine.insert('config.explained_figure', [[definition.figure, currency ?? null]])
  for (const model of EXPLAIN_MODELS) await buildModel(engine, model)
  return {
    ...definition,
    values,
    inputs: all.filter((value) => names.has(value.figure) && ofCurrency(value)),
    rows: await runQuery(engine, ROW),
    sums: await runQuery(engine, SUM),
  }
}
