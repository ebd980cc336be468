import type { Engine } from '../engine/engine.ts'
import { readList } from '../engine/list_file.ts'
import { buildModel, readChecks, runChecks } from '../engine/model.ts'
import { BrokenIdentity, findings } from '../ledger/build.ts'
import { ACTION_MODELS } from '../models.ts'
import type { DayText } from '../types.ts'
import { ACTION_KINDS, type ActionKind } from './kinds.ts'

/** An action that somebody decided to put off: in the list it is `waived`, and its saving counts for nothing. */
export interface Waiver {
  /** Kind of action; absent: every kind. */
  action?: string | undefined
  /** ARM id of a subscription, a resource group or a resource; it holds for all beneath it. */
  scope: string
  author: string
  reason: string
  /** Last UTC day on which it holds. */
  expires: DayText
}

export interface ActionSettings {
  waivers?: readonly Waiver[]
  onModel?(relation: string): void
}

/**
 * Builds schema `actions` from schemas `ledger`, `licensing` and `normalise`: what to do, each unit of money in one action
 * at most. Counter-examples of its checks join `ledger.finding`.
 * @throws BrokenIdentity when the claims do not exclude each other or promise more than was paid
 */
export async function buildActions(engine: Engine, settings: ActionSettings = {}): Promise<void> {
  await engine.run(`drop schema if exists actions cascade; create schema actions;
    create table actions.kind (kind varchar, position integer, basis varchar, certainty integer, title varchar, ask varchar, state varchar,
      why varchar, how varchar, effort varchar, risk varchar, depends_on varchar);
    create table actions.agent_floor (family varchar, version varchar, source_url varchar, source_day date);
    create or replace table config.waiver (position integer, action varchar, scope varchar, author varchar, reason varchar, expires_day date)`)
  await engine.insert(
    'actions.kind',
    ACTION_KINDS.map((kind: ActionKind, at) => [
      kind.kind,
      at + 1,
      kind.basis,
      kind.certainty,
      kind.title,
      kind.ask,
      kind.state,
      kind.why,
      kind.how,
      kind.effort,
      kind.risk,
      kind.dependsOn,
    ]),
  )
  await engine.insert(
    'actions.agent_floor',
    readList('src/actions/agent_floor.csv', ['family', 'version', 'source_url', 'source_day']),
  )
  await engine.insert(
    'config.waiver',
    (settings.waivers ?? []).map(({ action, scope, author, reason, expires }, at) => [
      at + 1,
      action ?? null,
      scope.toLowerCase().replace(/\/+$/, ''),
      author,
      reason,
      expires,
    ]),
  )
  for (const model of ACTION_MODELS) {
    settings.onModel?.(model.relation)
    await buildModel(engine, model)
  }
  await runChecks(engine, readChecks('src/actions/checks'), 'ledger.finding')
  const broken = await findings(engine, "where severity = 'broken'")
  if (broken.length > 0) throw new BrokenIdentity(broken)
}
