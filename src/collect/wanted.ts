import type { CloudName } from './cloud.ts'

/** Ways of signing in. */
export const SIGN_INS = ['auto', 'cli', 'env', 'workload-identity', 'managed-identity'] as const
export type SignIn = (typeof SIGN_INS)[number]

/** Sources by the names that --only and --require take. */
export const SOURCES = [
  'inventory',
  'plans',
  'assessments',
  'annotations',
  'power',
  'availability',
  'alerts',
  'endpoint',
  'licences',
  'prices',
  'cost',
] as const
export type Source = (typeof SOURCES)[number]

/** What is to be collected, from where and as whom. */
export interface Wanted {
  readonly cloud: CloudName
  /** Tenant as the user named it; undefined: that of the sign-in. */
  readonly tenant?: string | undefined
  readonly signIn: SignIn
  readonly sources: readonly Source[]
  /** Empty: all that the identity may read. */
  readonly subscriptions: readonly string[]
  readonly managementGroup: string | undefined
  /** Billing scopes or subscriptions whose exports are read; empty: the subscriptions. */
  readonly costScopes: readonly string[]
  readonly currency: string
  /** Days of activity log and cost exports to look back; the log keeps 90. */
  readonly days: number
}
