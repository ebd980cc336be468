// Reads ../shared/data/mde, machines of a monitoring plug-in's tests written by others; skipped where absent.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recogniseRecords, whyNotRecords } from '../../src/normalise/records.ts'
import { headOf, readTexts, sharedData } from '../normalise/record_run.ts'

const path = join(sharedData, 'mde/check_msdefender/machine_data.json')

describe.skipIf(!existsSync(path))('Defender for Endpoint machines of a plug-in', () => {
  it('are refused as they lie: answers keyed by test case', () => {
    expect(recogniseRecords(headOf(path), 'machine_data.json')).toBeNull()
    expect(whyNotRecords(headOf(path), 'machine_data.json')).toBe('JSON, but its records are of no kind that is read')
  })

  it('are read as the page that the service would send', async () => {
    const machines = Object.values(JSON.parse(readFileSync(path, 'utf8')).machine_by_id as Record<string, object>)
    const run = await readTexts({ 'machines.json': { value: machines } })
    expect(run.kinds).toEqual(['endpoint'])
    expect(run.rows('endpoint_device')).toMatchObject([
      {
        device_id: 'test-machine-1',
        dns_name: 'test-machine-1.domain.com',
        os_class: 'client',
        onboarding: 'onboarded',
        health_status: 'active',
        last_seen_at: String(Date.UTC(2024, 0, 1, 10) / 1000),
      },
      { device_id: 'test-machine-2', os_class: 'client', onboarding: 'insufficient_info', health_status: 'inactive' },
      {
        device_id: 'test-machine-3',
        os_class: 'server',
        onboarding: null,
        health_status: 'active',
        vm_id: null,
        is_excluded: null,
      },
      { device_id: 'test-machine-4', os_class: 'client', onboarding: 'onboarded', health_status: 'active' },
    ])
    expect(run.spans).toEqual([
      {
        file_id: 1,
        row_count: '4',
        first_at: String(Date.UTC(2024, 0, 1, 10) / 1000),
        last_at: String(Date.UTC(2024, 0, 10, 8, 45) / 1000),
        is_truncated: false,
      },
    ])
  })
})
