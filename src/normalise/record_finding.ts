import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../engine/engine.ts'
import { packageRoot } from '../package_root.ts'
import type { Finding, Severity } from '../types.ts'

/** What must be true of record files; each is a query for counter-examples over the staging tables. */
export const RECORD_CHECKS = [
  'record_listing_is_complete',
  'record_service_left_nothing_out',
  'record_count_is_no_page_size',
  'record_is_whole',
  'record_machine_has_an_arm_id',
  'record_state_is_known',
  'record_moment_is_readable',
] as const

/** Those of them that tell of a file that is not all there. */
export const TRUNCATION_CHECKS = RECORD_CHECKS.slice(0, 3)

/** What the record files themselves say is incomplete or wrong, after `readRecords`. */
export async function recordFindings(engine: Engine, checks: readonly string[] = RECORD_CHECKS): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const check of checks) {
    const sql = readFileSync(join(packageRoot, `src/normalise/checks/${check}.sql`), 'utf8')
    const severity = /^-- severity: (error|warning|info)$/m.exec(sql)?.[1] as Severity
    for (const row of await engine.rows(`select * from (${sql}) order by subject, message, evidence`)) {
      findings.push({
        check,
        severity,
        subject: String(row.subject),
        message: String(row.message),
        evidence: String(row.evidence),
      })
    }
  }
  return findings
}
