/**
 * Hosts of the three clouds, as published in https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure
 * and https://learn.microsoft.com/azure/china/resources-developer-guide (read 2026-11): written here a second time, apart
 * from the table of the collector, so that a slip there is seen.
 */
const ARM = {
  'management.azure.com': 'https://management.azure.com',
  'management.usgovcloudapi.net': 'https://management.usgovcloudapi.net',
  'management.chinacloudapi.cn': 'https://management.chinacloudapi.cn',
} as const

export const HOST = {
  arm: /^management\.(azure\.com|usgovcloudapi\.net|chinacloudapi\.cn)$/,
  metrics: /^[a-z0-9]+\.metrics\.monitor\.azure\.(com|us|cn)$/,
  endpoint:
    /^((us|us3|eu|eu3|uk|au|swa|ina)\.)?api\.security\.microsoft\.com$|^api(-gcc|-gov)?\.securitycenter\.microsoft\.(com|us)$/,
  graph: /^(graph\.microsoft\.(com|us)|dod-graph\.microsoft\.us|microsoftgraph\.chinacloudapi\.cn)$/,
  prices: /^prices\.azure\.(com|cn)$/,
  blob: /^[a-z0-9]{3,24}\.blob\.core\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)$/,
} as const

export const cloudHost = (host: string): boolean => Object.values(HOST).some((pattern) => pattern.test(host))

/** The audience that a host's tokens must have; Defender for Endpoint keeps its old one behind its new host. */
export function audienceOf(host: string): string {
  if (host in ARM) return ARM[host as keyof typeof ARM]
  if (HOST.metrics.test(host)) return `https://${host.slice(host.indexOf('.') + 1)}`
  if (HOST.graph.test(host)) return `https://${host}`
  if (HOST.blob.test(host)) return 'https://storage.azure.com'
  if (host.endsWith('api.security.microsoft.com')) return 'https://api.securitycenter.microsoft.com'
  return `https://${host}`
}
