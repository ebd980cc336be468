import type { MachineSpec } from './estate_spec.ts'
import type { RowOf } from './rows.ts'

/**
 * What rows say beside time and money: systems, owners, places. Derived from where a row stands, so that the estates of a
 * seed stay the ones they were when a word is added.
 */

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T

const CLIENTS = ['Windows 11 Enterprise', 'Microsoft Windows 10 Pro', 'win10-21h2', 'windows-client', 'Win11-24H2']
const SERVERS = ['Windows Server 2022 Datacenter', 'Windows Server 2022 Datacenter', null, 'Ubuntu 22.04']
const MANAGERS = [
  '/subscriptions/x/providers/Microsoft.ContainerService/managedClusters/k',
  '/subscriptions/x/providers/Microsoft.Databricks/workspaces/w',
  '/subscriptions/x/managedclusters/k',
]
const GROUPS = ['mc_nodes', 'databricks-rg-nodes']
const RECORD_TAGS = [null, '{"Owner": "Team A", "env": "prod"}', '{"owner": " "}', null, '{"OWNER":"Team \\"B\\""}']
const LINE_TAGS = [null, '{"owner": "Ann"}', '{"Owner": "Bob"}', '{"env": "test"}']

/** An id as a portal shows it: in other letters than another source. */
const shown = (id: string, at: number): string => (at % 2 === 0 ? id : id.replace('/rg', '/RG'))

/** The resource group of a machine that a service owns by it. */
export const managedGroup = (index: number): string => pick(GROUPS, index)

/** Words of the `k`th inventory record of a machine. */
export function recordWords(spec: MachineSpec, index: number, k: number, id: string): Partial<RowOf<'machine_record'>> {
  const os_name = spec.system === 'client' ? pick(CLIENTS, index) : pick(SERVERS, index)
  return {
    resource_id_display: shown(id, index + k),
    name: index % 4 === 3 ? null : k % 2 === 0 ? `Host${spec.name}` : `host${spec.name}`,
    resource_group: index % 5 === 2 ? null : (id.split('/')[4] ?? null),
    location: pick(['westeurope', 'swedencentral', null], index + k),
    os_type: os_name === 'Ubuntu 22.04' ? 'linux' : index % 8 === 2 ? null : 'windows',
    os_name,
    image_publisher: index % 9 === 6 ? 'microsoft-aks' : index % 9 === 7 ? 'canonical' : null,
    managed_by: spec.system === 'service' ? pick(MANAGERS, index) : null,
    tags: pick(RECORD_TAGS, index + k),
  }
}

/** Words of a cost line by its number. */
export function lineWords(id: string | null, subscription: string | null, number: number): Partial<RowOf<'cost_line'>> {
  return {
    resource_id_display: id === null ? null : shown(id, number),
    subscription_name: number % 3 === 0 ? null : `Billed ${subscription} ${number % 2}`,
    tags: pick(LINE_TAGS, number),
  }
}
