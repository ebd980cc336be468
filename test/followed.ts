// Hand-made estates give rows of few relations; those that only say the same in another grain follow from them at once.
import type { Engine } from '../src/engine/engine.ts'
import { modelText } from '../src/engine/model.ts'

/** Makes relations of the ledger, by default the ledger without its days, follow the relations they read from now on. */
export async function followGiven(engine: Engine, relations: readonly string[] = ['machine_total']): Promise<void> {
  for (const name of relations) {
    await engine.run(`drop table if exists ledger.${name}`)
    await engine.run(`create view ledger.${name} as ${modelText(`src/ledger/${name}.sql`)}`)
  }
}
