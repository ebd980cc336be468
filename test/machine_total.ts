// Hand-made estates give rows of the ledger; what reads the ledger without its days finds them in it at once.
import type { Engine } from '../src/engine/engine.ts'
import { modelText } from '../src/engine/model.ts'

/** Makes `ledger.machine_total` follow `ledger.ledger` from now on. */
export async function followLedger(engine: Engine): Promise<void> {
  await engine.run('drop table if exists ledger.machine_total')
  await engine.run(`create view ledger.machine_total as ${modelText('src/ledger/machine_total.sql')}`)
}
