/**
 * A mistake the user can mend: bad usage, unreadable input, a gate that failed. It is printed without a stack, in the
 * form of the error examples in the README: what is wrong, where, both numbers, what to do next. Anything else that is
 * thrown is a bug and keeps its stack (exit code 1).
 */
export class HourwiseError extends Error {
  readonly code: ExitCode
  /** Where it is: `path`, `path:line`, or what else finds the place. */
  readonly where: string | undefined
  /** Lines that show the offending thing, such as both numbers side by side. */
  readonly details: readonly string[]
  /** What the user does next. */
  readonly next: string | undefined

  constructor(
    code: ExitCode,
    message: string,
    context: { where?: string; details?: readonly string[]; next?: string; cause?: unknown } = {},
  ) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause })
    this.name = 'HourwiseError'
    this.code = code
    this.where = context.where
    this.details = context.details ?? []
    this.next = context.next
  }
}

/** Exit codes users script against; 0 (done) and 1 (bug) are never thrown on purpose. */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  gate: 3,
  incomplete: 4,
  signIn: 5,
  input: 6,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The printed form of an error: a headline, the indented place and details, the next step last. */
export function printableError(error: HourwiseError): string {
  const lines = [`hourwise: ${error.message}`]
  if (error.where !== undefined) lines.push(`  ${error.where}`)
  for (const detail of error.details) lines.push(`    ${detail}`)
  if (error.next !== undefined) lines.push(`  ${error.next}`)
  return lines.join('\n')
}
