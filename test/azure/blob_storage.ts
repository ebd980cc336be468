import { createHash } from 'node:crypto'
import { HOST } from './host.ts'
import type { PageSizes } from './server.ts'
import type { AzureTenant } from './tenant.ts'
import { type AzureAnswer, type AzureRequest, ok, type Route, slice } from './wire.ts'

/** Blob storage, as far as exports are read: listing a container by prefix and marker, and reading a blob or a range of it. */
export function blobRoutes(tenant: AzureTenant, pages: PageSizes): Route[] {
  const store = { method: 'GET', host: HOST.blob, token: 'required' } as const
  return [
    { ...store, name: 'blob-list', path: /^\/([^/]+)$/, answer: (request, [name = '']) => list(request, name) },
    {
      ...store,
      name: 'blob',
      path: /^\/([^/]+)\/(.+)$/,
      answer: (request, [container = '', name = '']) => {
        const content = tenant.blobs.get(`${accountOf(request)}/${container}/${name}`)
        if (!request.headers['x-ms-version']) return problem(400, 'MissingRequiredHeader')
        return content === undefined ? problem(404, 'BlobNotFound') : part(request, content)
      },
    },
  ]

  function list(request: AzureRequest, container: string): AzureAnswer {
    if (!request.headers['x-ms-version']) return problem(400, 'MissingRequiredHeader')
    if (request.query.get('restype') !== 'container' || request.query.get('comp') !== 'list')
      return problem(400, 'InvalidQueryParameterValue')
    const inside = `${accountOf(request)}/${container}/`
    if (![...tenant.blobs.keys()].some((key) => key.startsWith(inside))) return problem(404, 'ContainerNotFound')
    const prefix = request.query.get('prefix') ?? ''
    const names = [...tenant.blobs.keys()]
      .filter((key) => key.startsWith(inside + prefix))
      .map((key) => key.slice(inside.length))
      .sort()
    const size = Math.min(Number(request.query.get('maxresults') ?? 5000), pages.blobs)
    const { page, next } = slice(names, size, request.query.get('marker') || null)
    const blobs = page.map((name) => {
      const content = tenant.blobs.get(inside + name) ?? Buffer.alloc(0)
      return `<Blob><Name>${xml(name)}</Name><Properties><Creation-Time>Thu, 05 Nov 2026 06:10:00 GMT</Creation-Time><Last-Modified>Thu, 05 Nov 2026 06:10:00 GMT</Last-Modified><Etag>${etag(content)}</Etag><Content-Length>${content.length}</Content-Length><Content-Type>application/octet-stream</Content-Type><Content-MD5>${md5(content)}</Content-MD5><BlobType>BlockBlob</BlobType></Properties><OrMetadata /></Blob>`
    })
    return ok(
      `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="https://${request.host}/" ContainerName="${xml(container)}"><Prefix>${xml(prefix)}</Prefix><Blobs>${blobs.join('')}</Blobs><NextMarker>${next ?? ''}</NextMarker></EnumerationResults>`,
      { 'content-type': 'application/xml' },
    )
  }
}

const accountOf = (request: AzureRequest): string => request.host.slice(0, request.host.indexOf('.'))

function part(request: AzureRequest, content: Buffer): AzureAnswer {
  const headers = { etag: etag(content), 'x-ms-blob-type': 'BlockBlob', 'accept-ranges': 'bytes' }
  if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== headers.etag)
    return problem(412, 'ConditionNotMet')
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers['x-ms-range'] ?? request.headers['range'] ?? '')
  if (range === null) return ok(content, { ...headers, 'content-md5': md5(content) })
  const from = Number(range[1])
  const until = range[2] === '' ? content.length : Math.min(Number(range[2]) + 1, content.length)
  if (from >= content.length) return problem(416, 'InvalidRange')
  const total = { 'content-range': `bytes ${from}-${until - 1}/${content.length}` }
  return { status: 206, headers: { ...headers, ...total }, body: content.subarray(from, until) }
}

const md5 = (content: Buffer): string => createHash('md5').update(content).digest('base64')
const etag = (content: Buffer): string => `"0x${createHash('md5').update(content).digest('hex').slice(0, 15)}"`
const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const problem = (status: number, code: string): AzureAnswer => ({
  status,
  headers: { 'content-type': 'application/xml', 'x-ms-error-code': code },
  body: `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
})
