import { describe, expect, it } from 'vitest'
import { arc, estate, instance, moment, vm } from '../../twin/builder.ts'
import { row } from '../../twin/rows.ts'
import { useLedger } from './engine.ts'

const ledgerOf = useLedger()
const web = vm('web')

describe('what is known of a machine', () => {
  it('its system, by the guest or the image, else by the sensor', async () => {
    const systems = [
      ['a', { os_name: 'Windows Server 2022 Datacenter' }, null, 'server'],
      ['b', { os_name: 'Windows 10 Pro' }, null, 'client'],
      ['c', { os_name: 'Windows 11 Enterprise multi-session' }, 'server', 'client'],
      ['d', { os_name: 'office-365 win10-22h2-avd' }, null, 'client'],
      ['e', { os_name: 'office-365 win11-23h2-avd' }, null, 'client'],
      ['f', { os_name: 'windows-client' }, null, 'client'],
      ['g', { os_name: null, os_type: 'linux' }, 'client', 'server'],
      ['h', { os_name: null, os_type: null }, 'client', 'client'],
      ['i', { os_name: null, os_type: null }, 'server', 'server'],
      ['j', { os_name: 'debian-12', os_type: null }, 'other', 'unknown'],
      ['k', { os_name: null, os_type: null }, null, 'unknown'],
    ] as const
    const e = estate(1)
    for (const [name, given, os_class] of systems) {
      e.runs(vm(name))
      e.listed('01 12:00', vm(name), given)
      if (os_class !== null) e.device('01 12:00', vm(name), { os_class, os_platform: `platform-${name}` })
    }
    const ledger = await ledgerOf(e)
    const rows = await ledger.query('select name, os_class, in_licence_scope, os_name from ledger.machine order by 1')
    expect(rows.map((m) => [m['name'], m['os_class']])).toEqual(systems.map(([name, , , found]) => [name, found]))
    expect(rows.map((m) => m['in_licence_scope'])).toEqual(systems.map(([, , , found]) => found !== 'client'))
    expect([rows[6]?.['os_name'], rows[9]?.['os_name']]).toEqual(['platform-g', 'debian-12'])
  })

  it('the service that owns it, by its manager, group, publisher or tag', async () => {
    const owners = [
      ['a', { managed_by: '/subscriptions/s/providers/Microsoft.ContainerService/managedClusters/k' }, 'AKS'],
      ['b', { managed_by: '/subscriptions/s/providers/Microsoft.Databricks/workspaces/w' }, 'Databricks'],
      ['c', { managed_by: '/subscriptions/s/providers/Microsoft.Batch/batchAccounts/jobs' }, 'jobs'],
      ['d', { resource_group: 'mc_cluster_west' }, 'AKS'],
      ['e', { resource_group: 'mcx_cluster' }, null],
      ['f', { resource_group: 'databricks-rg-w' }, 'Databricks'],
      ['g', { image_publisher: 'microsoft-aks' }, 'AKS'],
      ['h', { tags: '{"vendor": "Databricks"}' }, 'Databricks'],
      ['i', { tags: '{"vendor": "Someone"}' }, null],
    ] as const
    const e = estate(1)
    for (const [name, given] of owners) {
      e.runs(vm(name))
      e.listed('01 12:00', vm(name), given)
    }
    const node = vm('node', null, 'mc_other')
    e.charge('01', node, '24', '0.48')
    const ledger = await ledgerOf(e)
    const rows = await ledger.query('select name, managed_by, in_licence_scope from ledger.machine order by 1')
    expect(rows).toEqual([
      ...owners.map(([name, , managed_by]) => ({ name, managed_by, in_licence_scope: managed_by === null })),
      { name: 'node', managed_by: 'AKS', in_licence_scope: false },
    ])
  })

  it('names and place, by the newest listing, else by the bill', async () => {
    const e = estate(2)
    e.rows.subscription.push(
      row('subscription', { subscription_id: 'sub', name: 'Core', tenant_id: 'tenant', snapshot_at: 0 }),
    )
    e.runs(web)
    e.listed('01 12:00', web, { name: 'Web-old', location: 'westeurope', tags: '{"owner":"Ann"}' })
    e.listed('02 12:00', web, { name: 'Web', location: 'northeurope', tags: '{"Owner":" Ben "}', fqdn: 'web.example' })
    const billed = vm('Gone', null, 'rg-billed', 'sub-b')
    e.charge('01', { ...billed, resourceId: billed.resourceId.toLowerCase() }, '24', '0.48')
    Object.assign(e.rows.cost_line.at(-1) ?? {}, {
      resource_id_display: billed.resourceId,
      subscription_name: 'Billed',
      tags: '{"owner":"Cid"}',
    })
    e.listed('02 12:00', instance(1), { power: 'running' })
    e.device('02 12:00', null, { device_id: 'd', vm_id: 'x', dns_name: 'far.example', azure_resource_id: null })
    e.device('02 12:00', web)
    const ledger = await ledgerOf(e)
    const columns = `kind, name, subscription_name, tenant_id, resource_group, location, vm_id, fqdn, owner, match_evidence,
      regexp_replace(scale_set_id, '^.*/', '') as scale_set`
    const nothing = { location: null, fqdn: null, owner: null, match_evidence: null, scale_set: null }
    expect(await ledger.query(`select ${columns} from ledger.machine order by kind, name`)).toEqual([
      {
        ...nothing,
        kind: 'azure-vm',
        name: 'Gone',
        subscription_name: 'Billed',
        tenant_id: null,
        resource_group: 'rg-billed',
        vm_id: null,
        owner: 'Cid',
      },
      {
        kind: 'azure-vm',
        name: 'Web',
        subscription_name: 'Core',
        tenant_id: 'tenant',
        resource_group: 'rg',
        location: 'northeurope',
        vm_id: 'vm-web',
        fqdn: 'web.example',
        owner: 'Ben',
        match_evidence: 'vm_id',
        scale_set: null,
      },
      {
        ...nothing,
        kind: 'direct',
        name: 'far.example',
        subscription_name: null,
        tenant_id: null,
        resource_group: null,
        vm_id: 'x',
        fqdn: 'far.example',
      },
      {
        ...nothing,
        kind: 'scale-set-instance',
        name: '1',
        subscription_name: 'Core',
        tenant_id: 'tenant',
        resource_group: 'rg',
        vm_id: 'vm-set-1',
        scale_set: 'set',
      },
    ])
  })

  it('onboarded directly: each word is the newest that its records tell', async () => {
    const e = estate(3)
    for (const [day, told] of [
      ['01', { dns_name: 'zeta.example', subscription_id: 'sub-z', os_platform: 'WindowsServer2022' }],
      ['02', { dns_name: 'alpha.example', subscription_id: 'sub-a', os_platform: 'WindowsServer2019' }],
      ['03', { dns_name: 'alpha.example', subscription_id: null, os_platform: null }],
    ] as const)
      e.device(`${day} 12:00`, null, { device_id: 'd', ...told })
    const ledger = await ledgerOf(e)
    expect(await ledger.query('select name, subscription_id, os_name from ledger.machine')).toEqual([
      { name: 'alpha.example', subscription_id: 'sub-a', os_name: 'WindowsServer2019' },
    ])
  })

  it('nothing at all: every hour is nothing, every share unknown', async () => {
    const ledger = await ledgerOf(estate(1))
    expect(ledger.rows).toEqual([])
    const told = await ledger.query("select figure, value, reason from ledger.figure where figure like '%coverage'")
    expect(told.map((one) => [one['figure'], one['value'], one['reason'] === null])).toEqual([
      ['time_coverage', null, false],
      ['machine_coverage', null, false],
    ])
    expect(await ledger.query('select criterion, grade, reason from ledger.data_grade where grade <> $$D$$')).toEqual(
      [],
    )
  })
})

describe('what moments are worth', () => {
  it('a write is the first start when it lies within an hour of the creation, else a change of something', async () => {
    for (const [at, hours] of [
      ['01 13:00', '12 h'], // an hour after: running from the creation on
      ['01 13:00:01', null],
      ['01 11:00', '13 h'], // an hour before: running from the write on
      ['01 10:59:59', null],
    ] as const) {
      const e = estate(1)
      e.listed('01 23:00', web, { created_at: moment('01 12:00') })
      e.event(at, web, 'write')
      const ledger = await ledgerOf(e)
      expect(ledger.buckets()).toEqual(hours === null ? ['power_unknown: 12 h'] : ['unverified_unbilled: 12 h'])
    }
  })

  it('the posture plan counts from the middle between two listings of it on', async () => {
    const e = estate(3)
    e.listed('01 12:00', web, { created_at: moment('09-01 00:00') })
    e.runs(web)
    for (const day of ['01', '02', '03']) {
      e.device(`${day} 12:00`, vm('other'))
      e.charge(day, web, '24', '0.16128', { meter: 'Standard P1 Node' })
    }
    e.plan('01 00:00', null, 'free', 'cloudposture')
    e.plan('03 00:00', null, 'p2', 'cloudposture') // the middle is the 2nd, 00:00
    const ledger = await ledgerOf(e)
    // the listing of the 1st is judged without it, those of the 2nd and 3rd with it
    expect(ledger.buckets(web)).toEqual([
      'paid_unprotected: 40 h, billed 40 h, 0.2688 EUR',
      'paid_unverified: 32 h, billed 32 h, 0.21504 EUR',
    ])
  })
})

describe('meters of siblings', () => {
  const PRODUCTS = [
    ...['Defender CSPM', 'Defender for SQL', 'Defender for Storage', 'Defender for Containers'],
    ...['Defender for App Service', 'Defender for Key Vault', 'Defender for Resource Manager', 'Defender for DNS'],
    ...['Defender for APIs', 'Defender for Azure Cosmos DB', 'Defender for MySQL', 'Defender for PostgreSQL'],
    ...['Defender for MariaDB', 'Defender for AI Services', 'Defender for Kubernetes', 'Defender for IoT'],
    ...['Azure Defender for Container Registries', 'Defender for open-source relational databases'],
    ...['Defender External Attack Surface Management', 'Defender Threat Intelligence'],
  ]
  const METERS = [
    ...['Standard Node', 'Standard Transactions', 'Free Transactions', 'Standard vCore', 'Standard Instance'],
    ...['Standard vCore vCore Pack', 'Standard Images', 'Standard Image'],
  ]

  it('are known by product or by meter, and only those', async () => {
    const e = estate(1)
    for (const product of PRODUCTS) e.charge('01', arc('a'), '1', '1', { product, meter: 'Some Meter' })
    for (const meter of METERS) e.charge('01', arc('a'), '1', '1', { product: 'Security Center', meter })
    e.charge('01', arc('a'), '1', '0.25', { product: 'Security Center', meter: 'Standard Nodes' })
    e.charge('01', arc('a'), '1', '1', { product: 'Defender of Something', meter: 'Some Meter', effectiveCost: '2' })
    const elsewhere = { product: 'Database', category: 'Azure Database' }
    e.charge('01', arc('a'), '1', '0.5', { ...elsewhere, meter: 'Standard P1 Node' })
    const ledger = await ledgerOf(e)
    expect(
      await ledger.query(
        'select meter_name, product_name, amount_text(cost) as cost from ledger.unrecognised_defender_line order by 1',
      ),
    ).toEqual([
      { meter_name: 'Some Meter', product_name: 'Defender of Something', cost: '1' },
      { meter_name: 'Standard Nodes', product_name: 'Security Center', cost: '0.25' },
      { meter_name: 'Standard P1 Node', product_name: 'Database', cost: '0.5' },
    ])
    expect(await ledger.query('select * from ledger.charge')).toEqual([])
  })
})
