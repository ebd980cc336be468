/** Reads one header of an answer, by its lower-case name. */
export type HeaderReader = (name: string) => string | undefined

/** Every header by which Azure's services ask for patience, in seconds unless it says milliseconds. */
const WAIT_HEADERS = [
  'retry-after',
  'x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after',
  'x-ms-ratelimit-microsoft.costmanagement-entity-retry-after',
  'x-ms-ratelimit-microsoft.costmanagement-tenant-retry-after',
  'x-ms-ratelimit-microsoft.costmanagement-client-retry-after',
  'x-ms-ratelimit-microsoft.costmanagement-clienttype-retry-after',
] as const
const WAIT_MILLISECONDS = ['retry-after-ms', 'x-ms-retry-after-ms'] as const

/** Seconds that an answer asks to wait: the longest of all its headers, as several may disagree; null: it says nothing. */
export function askedWait(header: HeaderReader, nowSeconds: number): number | null {
  const waits = [
    ...WAIT_HEADERS.map((name) => secondsOf(header(name), nowSeconds)),
    ...WAIT_MILLISECONDS.map((name) => divided(secondsOf(header(name), nowSeconds))),
    header('x-ms-user-quota-remaining') === '0' ? clockSeconds(header('x-ms-user-quota-resets-after')) : null,
  ].filter((wait) => wait !== null)
  return waits.length === 0 ? null : Math.max(...waits)
}

/** Seconds before the next try when the service names none: 2, 4, 8, … up to five minutes. */
export function usualWait(attempt: number, isThrottled: boolean): number {
  return Math.min(300, (isThrottled ? 20 : 2) * 2 ** (attempt - 1))
}

function secondsOf(text: string | undefined, nowSeconds: number): number | null {
  if (text === undefined || text === '') return null
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil(at / 1000) - nowSeconds)
}

const divided = (milliseconds: number | null): number | null => (milliseconds === null ? null : milliseconds / 1000)

/** `00:00:05` in seconds. */
function clockSeconds(text: string | undefined): number | null {
  const parts = /^(\d+):(\d\d):(\d\d)/.exec(text ?? '')
  return parts === null ? null : Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3])
}
