import { modelText } from '../src/engine/model.ts'
import type { Model } from '../src/models.ts'

/** Those of the models that relations (`schema.name`) need to be built, themselves included, in the order they run. */
export function neededModels(models: readonly Model[], relations: readonly string[]): Model[] {
  const needed = new Set(relations)
  return [...models]
    .reverse()
    .filter(({ relation, file }) => {
      if (!needed.has(relation)) return false
      for (const name of relationsIn(modelText(file))) needed.add(name)
      return true
    })
    .reverse()
}

/** The relations that a model or check reads. */
export function relationsIn(sql: string): string[] {
  return sql.replace(/--[^\n]*/g, '').match(/\b[a-z]+\.[a-z][a-z0-9_]*\b/g) ?? []
}
