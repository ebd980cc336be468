import { HourwiseError } from '../errors.ts'
import { type Collected, collect } from './collect.ts'
import type { Wanted } from './wanted.ts'
import type { Watching } from './watching.ts'
import type { Outside } from './wire.ts'

/** What came of one tenant; `tenant` undefined: that of the sign-in. */
export type TenantResult = { readonly tenant: string | undefined } & (
  | { readonly collected: Collected; readonly error?: undefined }
  | { readonly collected?: undefined; readonly error: HourwiseError }
)

/**
 * Collects tenants one after the other. Of several each has a folder of its own, as each has its own record of a collection;
 * one that cannot be signed in to keeps no other from being collected. A single tenant's error is thrown.
 */
export async function collectTenants(
  folder: string,
  tenants: readonly (string | undefined)[],
  wanted: Wanted,
  outsideOf: (tenant: string | undefined) => Outside,
  watching: Watching = {},
): Promise<TenantResult[]> {
  const results: TenantResult[] = []
  for (const tenant of tenants) {
    const place = tenants.length > 1 ? `${folder}/${tenantFolder(String(tenant))}` : folder
    try {
      results.push({ tenant, collected: await collect(place, { ...wanted, tenant }, outsideOf(tenant), watching) })
    } catch (error) {
      if (!(error instanceof HourwiseError) || tenants.length === 1) throw error
      results.push({ tenant, error })
    }
  }
  const [first] = results
  if (first?.error !== undefined && results.every(({ error }) => error !== undefined)) throw first.error
  return results
}

const tenantFolder = (tenant: string): string =>
  tenant
    .toLowerCase()
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^\.+/, '_')
