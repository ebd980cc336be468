import { HOST } from './host.ts'
import type { AzureTenant, CostExport } from './tenant.ts'
import { SECRET } from './transport.ts'
import { failed, ok, type Route } from './wire.ts'

/** Scheduled exports of a scope, and the runs of one. Fields that came after 2023 are told to newer versions only. */
export function exportRoutes(tenant: AzureTenant): Route[] {
  const arm = { method: 'GET', host: HOST.arm, token: 'required' } as const
  const of = (scope: string): CostExport[] =>
    tenant.exports.filter((e) => e.scope.toLowerCase() === scope.toLowerCase())
  return [
    {
      ...arm,
      name: 'exports',
      path: /^\/(.+)\/providers\/Microsoft\.CostManagement\/exports$/i,
      answer: (request, [scope = '']) =>
        ok({
          value: of(scope).map((e) => ({
            id: `${e.scope}/providers/Microsoft.CostManagement/exports/${e.name}`,
            name: e.name,
            type: 'Microsoft.CostManagement/exports',
            eTag: '"1d9c5f1a2b3c4d5"',
            properties: {
              schedule: {
                status: 'Active',
                recurrence: 'Monthly',
                recurrencePeriod: { from: '2026-01-05T00:00:00Z', to: '2030-01-05T00:00:00Z' },
              },
              ...settings(e, isNew(request.query)),
            },
          })),
        }),
    },
    {
      ...arm,
      name: 'export-runs',
      path: /^\/(.+)\/providers\/Microsoft\.CostManagement\/exports\/([^/]+)\/runHistory$/i,
      answer: (request, [scope = '', name = '']) => {
        const found = of(scope).find((e) => e.name.toLowerCase() === name.toLowerCase())
        if (found === undefined) return failed(404, 'NotFound', `no export ${name}`)
        return ok({
          value: found.runs.map((run) => ({
            id: `${found.scope}/providers/Microsoft.CostManagement/exports/${found.name}/run/${run.id}`,
            name: run.id,
            type: 'Microsoft.CostManagement/exports/run',
            properties: {
              executionType: 'Scheduled',
              status: 'Completed',
              submittedBy: `${SECRET}@ostrelle.example`,
              submittedTime: run.submittedAt,
              processingStartTime: run.submittedAt,
              processingEndTime: run.submittedAt,
              fileName: run.manifest,
              ...(isNew(request.query)
                ? {
                    manifestFile: run.manifest,
                    startDate: `${run.startDay}T00:00:00Z`,
                    endDate: `${run.endDay}T00:00:00Z`,
                  }
                : {}),
              runSettings: settings(found, isNew(request.query)),
            },
          })),
        })
      },
    },
  ]
}

const isNew = (query: URLSearchParams): boolean => (query.get('api-version') ?? '') >= '2024'

function settings(e: CostExport, withNewFields: boolean): object {
  return {
    format: withNewFields ? e.format : 'Csv',
    deliveryInfo: {
      destination: {
        ...(withNewFields ? { type: 'AzureBlob' } : {}),
        resourceId: e.accountId,
        container: e.container,
        rootFolderPath: e.rootFolder,
      },
    },
    definition: {
      type: withNewFields || e.type !== 'FocusCost' ? e.type : 'Usage',
      timeframe: 'TheLastMonth',
      dataSet: { granularity: 'Daily', configuration: withNewFields ? { dataVersion: e.dataVersion } : {} },
    },
    ...(withNewFields
      ? { partitionData: true, dataOverwriteBehavior: 'CreateNewReport', compressionMode: 'gzip' }
      : { partitionData: true }),
  }
}
