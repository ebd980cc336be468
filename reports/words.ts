import { phrases } from '../src/language.ts'
import { sentence } from './value.ts'
/** Words for the closed sets that the ledger speaks in. A set that grows is missed by the compiler here. */

/** Classes of money that a chart can tell apart; buckets are gathered into them in SQL. */
export const MONEY_CLASSES = ['protected', 'unprotected', 'not_applicable', 'idle', 'not_known'] as const
export type MoneyClass = (typeof MONEY_CLASSES)[number]

export const MONEY_CLASS_WORDS: Readonly<Record<MoneyClass, string>> = phrases({
  protected: 'Protected',
  unprotected: 'Sensor unhealthy',
  not_applicable: 'No sensor applies',
  idle: 'Stopped or off',
  not_known: 'Not known',
})

export const MONEY_CLASS_MEANING: Readonly<Record<MoneyClass, string>> = phrases({
  protected: 'running, billed, and the sensor healthy',
  unprotected: 'running and billed while the sensor was missing, failed or silent',
  not_applicable:
    'running and billed, but the endpoint sensor cannot be put on the machine: a client system, a node that a service owns, a uniform scale set',
  idle: 'billed while the machine was stopped but still allocated, or on a day on which it was never on',
  not_known:
    'billed, but no listing says how the sensor was, no source says whether the machine was on, or no source knows the machine',
})

export const BUCKET_WORDS: Readonly<Record<string, string>> = phrases({
  exposed: 'Running, sensor unhealthy, not billed',
  protected_unbilled: 'Running, sensor healthy, not billed',
  unverified_unbilled: 'Running, sensor not known, not billed',
  out_of_scope: 'Running, no sensor applies, not billed',
  stopped_unbilled: 'Stopped but allocated, not billed',
  power_unknown: 'Power not known, not billed',
})

export const BUCKET_QUESTION: Readonly<Record<string, string>> = phrases({
  exposed: 'No protection and no charge: switch the plan on and repair the sensor, or record why not.',
  protected_unbilled:
    'The sensor works without an hourly charge: a server licence, a free period, an export that lacks a scope, or late usage. Find out which before an auditor asks.',
  unverified_unbilled:
    'Nothing is known of the sensor and nothing is billed: find out whether the machine is in scope.',
  out_of_scope: 'Nothing to do.',
  stopped_unbilled: 'Compute is still paid for: deallocate if the machine is not needed.',
  power_unknown: 'Export the activity log or the inventory with instance view.',
})

export const PLAN_WORDS: Readonly<Record<string, string>> = { p1: 'P1', p2: 'P2' }

export function planWords(plan: string | null): string {
  return plan === null ? '–' : (PLAN_WORDS[plan] ?? plan)
}

export const SOURCE_WORDS: Readonly<Record<string, string>> = phrases({
  cost: 'Cost export',
  'cost-manifest': 'Manifest of a cost export',
  arm: 'Azure resources',
  'activity-log': 'Activity log',
  endpoint: 'Defender for Endpoint machines',
  licences: 'Licences (Graph)',
  prices: 'Retail prices',
  alerts: 'Security alerts',
  collection: 'Record of the collection',
  config: 'Configuration',
  unrecognised: 'Not recognised',
})

/** The bill in words that stay right with one or several currencies. */
export function billWords(currency: string, currencies: number): string {
  return currencies > 1 ? sentence`the ${currency} bill` : sentence`the Defender bill`
}

/** First letter in upper case, for sentences that begin with a computed word. */
export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A check's file name as the sentence it is: `every_charge_has_a_machine` → `every charge has a machine`. */
export function checkWords(check: string): string {
  return check.replaceAll('_', ' ')
}

export const TOOL = 'Hourwise'
