import { z } from 'zod'
import { currency, day, price, text, wholeNumber } from './config_value.ts'
import { readColumns } from './engine/list_file.ts'
import { suggestion } from './suggestion.ts'

const ROUTES = ['hourly', 'server', 'user', 'log'] as const
/** Agreements under which licences are bought; their rules are in `src/licensing/agreement.csv`. */
export const AGREEMENTS = ['ea', 'mca-e', 'csp'] as const

/** A licence offer that replaces or adds to the bundled list; columns as in `src/licensing/offers.csv`. */
const offer = z
  .strictObject({
    offer_id: text.describe('Of a bundled offer to replace it, or a new one.'),
    name: text.optional(),
    route: z.enum(ROUTES).optional().describe('Needed for a new offer only.'),
    plan: z.enum(['p1', 'p2']).optional(),
    price: price.optional().describe('Absent: not known.'),
    currency,
    unit: z
      .enum(['hour', 'server-month', 'user-month', 'gigabyte'])
      .optional()
      .describe('Needed for a new offer only.'),
    valid_from: day.optional().describe('First day of the price. Absent: it has always held.'),
    valid_until: day.optional().describe('Last day of the price; it counts.'),
    source_url: text.optional(),
    source_day: day.optional(),
    covers: z.enum(['server', 'client', 'both']).optional(),
    devices_per_user: wholeNumber(1).optional(),
    minimum_quantity: wholeNumber(0).optional(),
    maximum_quantity: wholeNumber(0).optional(),
    prerequisite: text.optional(),
    gives: text.optional(),
    does_not_give: text.optional(),
    term_months: wholeNumber(1).optional().describe('Months for which one is bound.'),
    reversible: text.optional().describe('How and when the quantity can be reduced.'),
    note: text.optional(),
  })
  .superRefine((given, context) => {
    const complain = (key: keyof typeof given, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message, input: given[key] })
    const bundled = readColumns('src/licensing/offers.csv', ['offer_id', 'route', 'unit'])
    const known = bundled.find(([id]) => id === given.offer_id)
    if (known === undefined) {
      const near = suggestion(
        given.offer_id,
        bundled.map(([id]) => String(id)),
      )
      if (given.route === undefined || given.unit === undefined)
        complain(
          'offer_id',
          `no bundled offer is called ${given.offer_id}${near || '; a new offer needs route and unit'}`,
        )
    } else {
      const [, route, unit] = known
      if (given.route !== undefined && given.route !== route)
        complain('route', `expected ${String(route)}, the route of ${given.offer_id}`)
      if (given.unit !== undefined && given.unit !== unit)
        complain('unit', `expected ${String(unit)}, the unit of ${given.offer_id}`)
    }
    if (given.valid_from !== undefined && given.valid_until !== undefined && given.valid_until < given.valid_from)
      complain('valid_until', `expected a day from ${given.valid_from} on`)
    if (
      given.minimum_quantity !== undefined &&
      given.maximum_quantity !== undefined &&
      given.maximum_quantity < given.minimum_quantity
    )
      complain('maximum_quantity', `expected a whole number from ${given.minimum_quantity} on`)
  })

/** Offers of the user's own; two prices of one offer and currency start on different days. */
export const offers = z.array(offer).superRefine((list, context) => {
  const first = new Map<string, number>()
  for (const [at, { offer_id, currency: money, valid_from }] of list.entries()) {
    const key = JSON.stringify([offer_id, money, valid_from])
    const earlier = first.get(key)
    if (earlier === undefined) first.set(key, at)
    else
      context.addIssue({
        code: 'custom',
        path: [at, 'offer_id'],
        message: `${offer_id} has another price in ${money} from the same day (entry ${earlier + 1}): give each its valid_from`,
        input: offer_id,
      })
  }
})

/** A term of licences that the tenant owns. Two terms of one SKU are two entries. */
export const licence = z
  .strictObject({
    sku: text.optional().describe('SKU id or part number as Graph lists it, such as MDATP_Server.'),
    offer_id: text.optional().describe('An offer, where Graph knows no SKU: defender-for-business-servers.'),
    quantity: wholeNumber(1)
      .optional()
      .describe('Units of this term. Absent: all units that Graph lists and that no other entry names.'),
    price: price.optional().describe('Negotiated price of a unit and month. Absent: that of the offer.'),
    currency: currency.optional(),
    starts_on: day.optional(),
    renews_on: day
      .optional()
      .describe('First day of the next term (the anniversary): from then on the quantity can be less.'),
    term_months: wholeNumber(1).optional().describe('With it, a renewal date that has passed is carried forward.'),
    agreement: z.enum(AGREEMENTS).optional().describe('Under which it was bought: decides the window for orders.'),
    note: text.optional(),
  })
  .superRefine((given, context) => {
    const complain = (key: keyof typeof given, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message, input: given[key] })
    if (given.sku === undefined && given.offer_id === undefined) complain('sku', 'expected a sku or an offer_id')
    if (given.sku !== undefined && given.offer_id !== undefined)
      complain('offer_id', 'expected a sku or an offer_id, not both')
    if (given.sku !== undefined) {
      const skus = readColumns('src/licensing/sku.csv', ['sku_id', 'sku_part_number']).flat().map(String)
      if (!skus.some((name) => name.toLowerCase() === given.sku?.toLowerCase()))
        complain('sku', `no licence for endpoints is known by ${given.sku}${suggestion(given.sku, skus)}`)
    }
    if (given.price !== undefined && given.currency === undefined)
      complain('currency', 'expected the currency of the price')
    if (given.starts_on !== undefined && given.renews_on !== undefined && given.renews_on <= given.starts_on)
      complain('renews_on', `expected a day after ${given.starts_on}`)
  })

/** A licence that names an offer names one of the bundled list or of the user's own. */
export function refuseUnknownOffers(
  licences: readonly LicenceTerm[] | undefined,
  own: readonly OfferOverride[] | undefined,
  context: z.RefinementCtx,
): void {
  const known = [
    ...readColumns('src/licensing/offers.csv', ['offer_id']).flat().map(String),
    ...(own ?? []).map(({ offer_id }) => offer_id),
  ]
  for (const [at, { offer_id }] of (licences ?? []).entries()) {
    if (offer_id === undefined || known.includes(offer_id)) continue
    const message = `no offer is called ${offer_id}${suggestion(offer_id, known)}`
    context.addIssue({ code: 'custom', path: ['licences', at, 'offer_id'], message, input: offer_id })
  }
}

/** Machines that must stay on Plan 2, told by a tag. */
export const pin = z.strictObject({
  plan: z.enum(['p2']).describe('The plan that the machines must keep.'),
  tag: text.describe('Name of the tag, compared without case.'),
  value: text.optional().describe('Its value, compared without case. Absent: any.'),
  reason: text.optional().describe('Printed beside the machines.'),
})

export type OfferOverride = z.output<typeof offer>
export type LicenceTerm = z.output<typeof licence>
export type Pin = z.output<typeof pin>
