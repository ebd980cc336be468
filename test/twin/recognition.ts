import type { RowOf } from './rows.ts'

type CostLine = RowOf<'cost_line'>

/** An answer of the query API names no category. */
const CATEGORIES = ['security center', 'microsoft defender for cloud', 'advanced threat protection', '']

/** Whether a cost line is a charge for Defender for Servers. */
export function isDefenderCharge(line: CostLine): boolean {
  if (line.line_class !== 'defender' || line.cost_allocation_rule_name !== null) return false
  const byProduct = /^microsoft defender for servers/i.test(line.product_name ?? '')
  const byMeter =
    /^(standard|trial) p[12] node/i.test(line.meter_name ?? '') &&
    CATEGORIES.includes((line.meter_category ?? '').toLowerCase())
  return byProduct || byMeter
}

/** The plan that a charge's words name; NULL when they name none. */
export function chargedPlan(line: CostLine): 'p1' | 'p2' | null {
  for (const words of [line.meter_name, line.product_name]) {
    const match = /\bp([12])\b/i.exec(words ?? '')
    if (match !== null) return match[1] === '1' ? 'p1' : 'p2'
  }
  return null
}

/** The kind of meter that a charge's words name. */
export function chargedMeter(line: CostLine): 'standard' | 'trial' | 'benefit' {
  const words = `${line.meter_name ?? ''} ${line.product_name ?? ''}`.toLowerCase()
  if (words.includes('trial')) return 'trial'
  return words.includes('mdatp benefit') ? 'benefit' : 'standard'
}

/** Whether a charge's resource stands for a whole subscription. */
export function isSubscriptionGrain(resourceId: string | null): boolean {
  if (resourceId === null) return true
  return (
    /^\/subscriptions\/[^/]+$/.test(resourceId) ||
    /\/providers\/microsoft\.security\/pricings\/virtualmachines$/.test(resourceId) ||
    /\/providers\/microsoft\.operationalinsights\/workspaces\/[^/]+$/.test(resourceId)
  )
}
