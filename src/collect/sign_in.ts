import {
  AzureCliCredential,
  DefaultAzureCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity'
import { EXIT, HourwiseError } from '../errors.ts'
import { CLOUDS, type CloudName } from './cloud.ts'
import { entraCode, isSignIn, ServiceError, whyNot } from './service_error.ts'
import type { SignIn } from './wanted.ts'

/** What to do when a way of signing in does not work. */
export const SIGN_IN_REMEDY: Record<SignIn, string> = {
  auto: 'Sign in with: az login, or choose one way with --auth.',
  cli: 'Sign in with: az login --tenant TENANT',
  env: 'Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH.',
  'workload-identity': 'Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE.',
  'managed-identity': 'Give this machine a managed identity; set AZURE_CLIENT_ID for a user-assigned one.',
}

/** The credential of one way of signing in, for one tenant; the tenant is always passed, or the CLI's current one wins. */
export function credentialOf(signIn: SignIn, cloud: CloudName, tenant: string | undefined): TokenCredential {
  const place = { authorityHost: CLOUDS[cloud].authority, ...(tenant === undefined ? {} : { tenantId: tenant }) }
  try {
    switch (signIn) {
      case 'auto':
        return new DefaultAzureCredential(place)
      case 'cli':
        return new AzureCliCredential(place)
      case 'env':
        return new EnvironmentCredential(place)
      case 'workload-identity':
        return new WorkloadIdentityCredential(place)
      case 'managed-identity':
        return new ManagedIdentityCredential()
    }
  } catch (cause) {
    throw signInError(signIn, cause)
  }
}

/** What the user is told when nothing can be collected at all; anything else stays what it is. */
export function outsideError(signIn: SignIn, cause: unknown): unknown {
  if (isSignIn(cause)) return signInError(signIn, cause)
  if (!(cause instanceof ServiceError)) return cause
  return new HourwiseError(
    cause.isRefusal ? EXIT.signIn : EXIT.incomplete,
    `Azure gives no list of subscriptions: ${whyNot(cause)}`,
    {
      next: cause.isOtherTenant
        ? 'Name the tenant of the subscriptions with --tenant, and sign in there: az login --tenant TENANT'
        : cause.isRefusal
          ? SIGN_IN_REMEDY[signIn]
          : 'Repeat the command; it goes on from the last complete page.',
      cause,
    },
  )
}

/** The error for a sign-in that failed. The service's own words may quote accounts: only their first code is shown. */
function signInError(signIn: SignIn, cause: unknown): HourwiseError {
  const code = entraCode(cause)
  return new HourwiseError(EXIT.signIn, `signing in did not work${code === '' ? '' : ` (${code})`}`, {
    next: SIGN_IN_REMEDY[signIn],
    cause,
  })
}
