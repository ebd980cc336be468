import { describe, expect, it } from 'vitest'
import { SQL_TYPE } from '../../src/normalise/column_type.ts'
import { NORMALISE_RELATIONS } from '../../src/normalise/relations.ts'
import { eaCsv, readFiles } from './cost_folder.ts'

const MACHINE_RECORD = {
  id: '/subscriptions/6f1c2d3e-0a4b-4c5d-8e6f-7a8b9c0d1e2f/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/a',
  type: 'Microsoft.Compute/virtualMachines',
  name: 'a',
  properties: { vmId: '51F9215F-2D90-4353-A029-2154060FFF31' },
}

describe('after a folder was read', () => {
  for (const [name, files] of Object.entries({
    'with cost alone': { 'cost.csv': eaCsv([{}]) },
    'with an inventory alone': { 'vm_2026-10-03T04-00-00Z.json': JSON.stringify([MACHINE_RECORD]) },
  })) {
    it(`every relation has exactly the promised columns and types, ${name}`, async () => {
      await readFiles(files, async (_run, engine) => {
        for (const [relation, columns] of Object.entries(NORMALISE_RELATIONS)) {
          const described = await engine.describe(`select * from normalise.${relation}`)
          expect({ relation, columns: described }).toEqual({
            relation,
            columns: Object.entries(columns).map(([column, type]) => ({ name: column, type: SQL_TYPE[type] })),
          })
        }
      })
    })
  }
})
