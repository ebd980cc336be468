import { FROM_DAY, type MoneySpec } from './estate_spec.ts'
import { lineWords } from './estate_words.ts'
import { amountText, sum, units } from './exact.ts'
import { DAY, dayOf, dayStart, given, type Normalised, type RowOf, row } from './rows.ts'

const METER_SUFFIX = { standard: '', trial: ' - Trial', benefit: ' - MDATP Benefit' } as const
/** An answer of the query API names no category. */
const CATEGORIES = ['Security Center', 'Microsoft Defender for Cloud', 'Advanced Threat Protection', null]

function words(spec: MoneySpec): Pick<RowOf<'cost_line'>, 'product_name' | 'meter_name' | 'meter_category'> {
  if (spec.words === 'sibling') {
    return {
      product_name: 'Microsoft Defender for Cloud Security Posture Management',
      meter_name: 'Standard Node',
      meter_category: 'Security Center',
    }
  }
  // trials are found under a name of their own as well; derived, so that the estates stay the ones they were
  const isTrialByName = spec.meter === 'trial' && spec.hundredths % 24 === 0
  const meter = isTrialByName
    ? `Trial ${spec.plan} Node`
    : `Standard ${spec.plan} Node${METER_SUFFIX[spec.meter as keyof typeof METER_SUFFIX]}`
  return {
    product_name: spec.words === 'meter' ? null : `Microsoft Defender for Servers - ${meter}`,
    meter_name: meter,
    meter_category: CATEGORIES[Math.abs(spec.hundredths + spec.cost) % CATEGORIES.length] ?? null,
  }
}

/** Adds a line that a recipe describes to the cost lines. */
export function addCharge(
  rows: Normalised,
  dataset: string,
  resourceId: string | null,
  subscriptionId: string | null,
  spec: MoneySpec,
) {
  const perUnit = { '1 Hour': 1, '10 Hours': 10, unknown: null }[spec.unit as '1 Hour' | '10 Hours' | 'unknown']
  const cost = (spec.cost / 1_000_000).toFixed(6)
  const number = rows.cost_line.length + 1
  rows.cost_line.push(
    row('cost_line', {
      cost_line_id: number,
      file_id: 1,
      row_number: number,
      line_class: 'defender',
      dataset,
      charge_day: dayOf(dayStart(FROM_DAY) + spec.dayIndex * DAY),
      charge_category: spec.cost < 0 ? 'refund' : 'usage',
      is_correction: false,
      resource_id: resourceId,
      ...lineWords(resourceId, subscriptionId, number),
      subscription_id: subscriptionId,
      ...words(spec),
      quantity: (spec.hundredths / 100 / (perUnit ?? 1)).toFixed(3),
      unit_of_measure: spec.unit,
      hours_per_unit: perUnit === null ? null : String(perUnit),
      billed_cost: dataset === 'amortized' ? null : cost,
      effective_cost: dataset === 'actual' ? null : dataset === 'focus' ? (spec.cost / 2_000_000).toFixed(7) : cost,
      billing_currency: spec.currency,
      cost_allocation_rule_name: spec.words === 'allocation rule' ? 'by tag' : null,
    }),
  )
}

/** The total per currency that a file of just these lines would have. */
export function costTotals(rows: Normalised): RowOf<'cost_total'>[] {
  const currencies = [...new Set(rows.cost_line.map((line) => line.billing_currency))]
  return currencies.map((currency) => {
    const lines = rows.cost_line.filter((line) => line.billing_currency === currency)
    const days = lines.map((line) => given(line.charge_day)).sort()
    const total = (amounts: (string | null)[]) => {
      const value = sum(amounts.map((text) => (text === null ? null : units(text))))
      return value === null ? null : amountText(value)
    }
    return row('cost_total', {
      file_id: 1,
      dataset: given(lines[0]).dataset,
      billing_currency: currency,
      line_count: lines.length,
      billed_cost: total(lines.map((line) => line.billed_cost)),
      effective_cost: total(lines.map((line) => line.effective_cost)),
      first_day: days[0] ?? null,
      last_day: days.at(-1) ?? null,
    })
  })
}
