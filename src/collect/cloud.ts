/** Hosts and token scopes of one Azure cloud. A service that a cloud does not have is null. */
export interface Cloud {
  /** Who signs in: the authority host. */
  readonly authority: string
  readonly arm: Service
  readonly endpoint: Service | null
  readonly graph: Service
  /** What follows the region's name in the host of its metrics, and their token scope. */
  readonly metrics: { readonly suffix: string; readonly scope: string }
  /** Retail prices ask for no sign-in. */
  readonly prices: string | null
  /** What follows the account's name in the host of a storage account. */
  readonly blobSuffix: string
  readonly storageScope: string
}

export interface Service {
  readonly url: string
  readonly scope: string
}

export const CLOUD_NAMES = ['public', 'us-government', 'china'] as const
export type CloudName = (typeof CLOUD_NAMES)[number]

const service = (host: string, audience = host): Service => ({
  url: `https://${host}`,
  scope: `https://${audience}/.default`,
})

const metrics = (suffix: string) => ({ suffix, scope: `https://${suffix}/.default` })

/**
 * One row a cloud. Authorities and Resource Manager: @azure/identity 4.13.1 and arm-resourcegraph 5.0.0; Graph: Microsoft
 * Graph "National clouds"; Defender for Endpoint: Microsoft Learn "Defender for Endpoint for US Government", 2026-01,
 * whose token audience is that of securitycenter even where api.security is called. Metrics: Microsoft Learn, "Migrate to the
 * metrics batch API", whose audience is the region's host without the region.
 */
export const CLOUDS: Record<CloudName, Cloud> = {
  public: {
    authority: 'https://login.microsoftonline.com',
    arm: service('management.azure.com'),
    endpoint: service('api.security.microsoft.com', 'api.securitycenter.microsoft.com'),
    graph: service('graph.microsoft.com'),
    metrics: metrics('metrics.monitor.azure.com'),
    prices: 'https://prices.azure.com',
    blobSuffix: 'blob.core.windows.net',
    storageScope: 'https://storage.azure.com/.default',
  },
  'us-government': {
    authority: 'https://login.microsoftonline.us',
    arm: service('management.usgovcloudapi.net'),
    endpoint: service('api-gov.securitycenter.microsoft.us'),
    graph: service('graph.microsoft.us'),
    metrics: metrics('metrics.monitor.azure.us'),
    prices: 'https://prices.azure.com',
    blobSuffix: 'blob.core.usgovcloudapi.net',
    storageScope: 'https://storage.azure.com/.default',
  },
  china: {
    authority: 'https://login.chinacloudapi.cn',
    arm: service('management.chinacloudapi.cn'),
    endpoint: null,
    graph: service('microsoftgraph.chinacloudapi.cn'),
    metrics: metrics('metrics.monitor.azure.cn'),
    prices: null,
    blobSuffix: 'blob.core.chinacloudapi.cn',
    storageScope: 'https://storage.azure.com/.default',
  },
}
