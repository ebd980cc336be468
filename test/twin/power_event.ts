import { given, type RowOf } from './rows.ts'

type PowerEvent = RowOf<'power_event'>
type State = 'running' | 'stopped' | 'off'

/** A change of power that counts. `before`: the state that such an event leaves, NULL when nothing was before. */
export interface Change {
  at: number
  operation: string
  state: State
  before: State | null
}

const STATE: Record<string, State> = {
  start: 'running',
  restart: 'running',
  allocated: 'running',
  write: 'running',
  power_off: 'stopped',
  stopped_internally: 'stopped',
  deallocate: 'off',
  preempted: 'off',
  delete: 'off',
}

const BEFORE: Record<string, State | null> = {
  start: 'off',
  allocated: 'off',
  restart: 'running',
  power_off: 'running',
  stopped_internally: 'running',
  deallocate: 'running',
  preempted: 'running',
  delete: 'running',
  write: null,
}

/** Which of two changes in one second stands: the higher. */
function strength(change: Change): number {
  if (change.operation === 'delete') return 3
  return { off: 2, stopped: 1, running: 0 }[change.state]
}

function stronger(a: Change, b: Change): boolean {
  return strength(a) === strength(b) ? a.operation < b.operation : strength(a) > strength(b)
}

/** One moment per operation that succeeded: repeats are one, deallocation counts from its start. */
function operations(events: readonly PowerEvent[]): { at: number; operation: string }[] {
  const succeeded = events.filter((event) => event.status === 'succeeded' && given(event.operation) in STATE)
  const found: { at: number; operation: string }[] = []
  const done = new Set<string>()
  for (const event of succeeded) {
    const key = [event.resource_id, event.operation, event.correlation_id ?? `at ${event.event_at}`].join(' ')
    if (done.has(key)) continue
    done.add(key)
    const same = (other: PowerEvent) =>
      other.resource_id === event.resource_id &&
      other.operation === event.operation &&
      other.correlation_id === event.correlation_id &&
      (event.correlation_id !== null || other.event_at === event.event_at)
    const times = (rows: readonly PowerEvent[]) => rows.filter(same).map((other) => given(other.event_at))
    const started = event.correlation_id === null ? [] : times(events.filter((other) => other.status === 'started'))
    const counts = event.operation === 'deallocate' ? [...started, ...times(succeeded)] : times(succeeded)
    found.push({ at: Math.min(...counts), operation: given(event.operation) })
  }
  return found
}

/** The changes of one machine's power in order, one a second. */
export function changesOf(events: readonly PowerEvent[], createdAt: number | null): Change[] {
  const all = operations(events).sort((a, b) => a.at - b.at)
  const first = all[0]?.at
  const counted = all.filter(
    ({ at, operation }) =>
      operation !== 'write' || (at === first && (createdAt === null || Math.abs(at - createdAt) <= 3600)),
  )
  const changes = counted.map(({ at, operation }) => ({
    at: operation === 'write' ? Math.min(at, createdAt ?? at) : at,
    operation,
    state: given(STATE[operation]),
    before: BEFORE[operation] ?? null,
  }))
  return changes.filter((change) => {
    const rivals = changes.filter((other) => other.at === change.at)
    const winner = rivals.reduce((best, other) => (stronger(other, best) ? other : best))
    return winner === change
  })
}
