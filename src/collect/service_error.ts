/** The service said no. `code` is its own word; messages are not kept, as they quote accounts and links. */
export class ServiceError extends Error {
  /** HTTP status; 0 when no whole answer came. */
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ServiceError'
    this.status = status
    this.code = code
  }
  /** The identity may not read this: another try does not help. */
  get isRefusal(): boolean {
    return this.status === 401 || this.status === 403
  }
  /** The token is of another tenant than what was asked about: no role helps, another sign-in does. */
  get isOtherTenant(): boolean {
    return this.code === 'InvalidAuthenticationTokenTenant'
  }
}

/** No token was given for a service, while nothing is known yet of others: left out there, or the sign-in failed. */
export class NoTokenError extends Error {
  /** The first code of Microsoft Entra in the failure, such as AADSTS65001; '' when there is none. */
  readonly code: string
  constructor(cause: unknown) {
    const code = entraCode(cause)
    super(`no token is given for this service${code === '' ? '' : ` (${code})`}`, { cause })
    this.name = 'NoTokenError'
    this.code = code
  }
}

/** Failures of @azure/identity are told from lost connections by their class's name. */
export function isSignIn(cause: unknown): boolean {
  return (
    cause instanceof NoTokenError || (cause instanceof Error && /Authentication|CredentialUnavailable/.test(cause.name))
  )
}

/** `AADSTS50076` and the like, from the failure or one of those behind it. */
export function entraCode(cause: unknown): string {
  if (!(cause instanceof Error)) return ''
  const found = /AADSTS\d+/.exec(cause.message)?.[0]
  if (found !== undefined) return found
  const behind = (cause as { errors?: unknown }).errors
  for (const one of Array.isArray(behind) ? behind : []) {
    const code = entraCode(one)
    if (code !== '') return code
  }
  return cause.cause === undefined ? '' : entraCode(cause.cause)
}

/** The service's code of an error answer: a word, never its sentence. */
export function codeOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 20_000)).toString('utf8')
  return (
    /"code"\s*:\s*"([A-Za-z0-9_.-]{1,60})"/.exec(text)?.[1] ?? /<Code>([A-Za-z0-9]{1,60})</.exec(text)?.[1] ?? 'no code'
  )
}

/** Why a listing was not read, in words for people. */
export function whyNot(error: ServiceError | NoTokenError): string {
  if (error instanceof ServiceError && error.isOtherTenant)
    return `the sign-in is of another tenant (${error.code}): name the right one with --tenant`
  return error.message
}
