// What a folder of files can hold that would count money twice, lose it, or give it to the wrong machine.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildLedger } from '../../src/ledger/build.ts'
import { packageRoot } from '../../src/package_root.ts'
import { nameMachines } from '../machine_number.ts'
import { csv, type EaLine, eaCsv, errorOf, MACHINE, plain, readFiles, SUBSCRIPTION } from './cost_folder.ts'

const OCTOBER = { fromDay: '2026-10-01', untilDay: '2026-11-01' }
const inventory = JSON.stringify([
  {
    id: MACHINE,
    name: 'Web-01',
    type: 'Microsoft.Compute/virtualMachines',
    properties: { vmId: 'VM-1', extended: { instanceView: { powerState: { code: 'PowerState/running' } } } },
  },
])

/** What the ledger of October says of these files: machines, charges, total. */
async function ledgerOf(files: Record<string, string>) {
  return readFiles(files, async ({ sql }, engine) => {
    await buildLedger(engine, OCTOBER)
    await nameMachines(engine)
    const charges = await sql('select machine_id, cost from named.charge order by charge_id')
    return {
      charges: charges.map((charge) => `${charge['machine_id']} ${plain(charge['cost'])}`),
      machines: await sql('select machine_id, resource_id_display from ledger.machine order by machine_id'),
      findings: (await sql('select check_name from ledger.finding')).map((finding) => finding['check_name']),
    }
  })
}

const ea = (...lines: EaLine[]) => ({
  'cost/october.csv': eaCsv(lines),
  'inventory/vms_2026-10-20T120000Z.json': inventory,
})

describe('files', () => {
  it('edge case 7: an id is one machine however bill and inventory spell it, and is shown as written', async () => {
    const { charges, machines } = await ledgerOf(
      ea({ ResourceId: MACHINE.toUpperCase() }, { ResourceId: MACHINE.toLowerCase(), Date: '10/04/2026' }),
    )
    expect(charges).toEqual(['vm-1 0.48', 'vm-1 0.48'])
    expect(machines).toHaveLength(1)
    expect(String(machines[0]?.['resource_id_display']).toLowerCase()).toBe(MACHINE.toLowerCase())
    expect([MACHINE, MACHINE.toUpperCase(), MACHINE.toLowerCase()]).toContain(machines[0]?.['resource_id_display'])
  })

  it('edge case 40: actual and amortised cost in one folder would count twice: refused', async () => {
    const { code, text } = await errorOf(join(packageRoot, 'fixtures/errors/source-actual-and-amortised/given'))
    expect(code).toBe(6)
    expect(text).toContain('actual and amortised cost are mixed')
  })

  it('edge case 50: in FOCUS the service is the protected one, so the charge is found by its description', async () => {
    const header = [
      'BilledCost',
      'EffectiveCost',
      'BillingCurrency',
      'BillingPeriodStart',
      'BillingPeriodEnd',
      'ChargeCategory',
      'ChargeDescription',
      'ChargePeriodStart',
      'ConsumedQuantity',
      'ConsumedUnit',
      'ResourceId',
      'SubAccountId',
      'ServiceName',
      'ServiceCategory',
    ]
    const line = (description: string, service: string) => [
      '0.48',
      '0.48',
      'EUR',
      '2026-10-01T00:00Z',
      '2026-11-01T00:00Z',
      'Usage',
      description,
      '2026-10-03T00:00Z',
      '24',
      'Units/Hour',
      MACHINE,
      `/subscriptions/${SUBSCRIPTION}`,
      service,
      'Compute',
    ]
    const ours = line('Microsoft Defender for Servers - Standard P2 Node', 'Virtual Machines')
    const sibling = line('Microsoft Defender for Containers - Standard vCore', 'Azure Kubernetes Service')
    const { charges } = await ledgerOf({ 'focus.csv': csv([header, ours, sibling]) })
    expect(charges).toEqual([`${MACHINE.toLowerCase()} 0.48`])
  })

  it('edge case 52: lines that a cost allocation rule made repeat money: left out of the ledger, and told', async () => {
    const files = ea({}, { CostAllocationRuleName: 'shared security', CostInBillingCurrency: '0.24' })
    const { charges } = await ledgerOf(files)
    expect(charges).toEqual(['vm-1 0.48'])
    await readFiles(files, ({ findings }) => {
      expect(findings.map(({ check }) => check)).toContain('cost_allocation_lines_are_left_out')
    })
  })

  it('edge case 66: a file saved by a spreadsheet with decimal commas or day-first dates is refused, not misread', async () => {
    for (const [name, words] of [
      ['source-decimal-comma', 'decimal'],
      ['source-dates-day-first', 'day'],
    ] as const) {
      const { code, text } = await errorOf(join(packageRoot, `fixtures/errors/${name}/given`))
      expect(code).toBe(6)
      expect(text).toContain(words)
    }
  })
})
