import type { PlanNode } from '@apollo/query-planner'
import fc from 'fast-check'
import {
  Kind,
  parse,
  validate,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql'
import { readsContexts } from '../../../gateway/core/execution/contexts.ts'
import { planOperation } from '../../../gateway/core/operations/operation-cache.ts'
import { makeExactVariables } from '../../../gateway/core/planning/exact-variables.ts'
import { compileOperation } from '../../../gateway/core/execution/compiled-operation.ts'
import type { Outgoing } from '../../../gateway/core/subgraphs/outgoing.ts'
import { documentToPlan } from '../../../gateway/core/planning/planned-document.ts'
import { TYPENAME } from '../../../gateway/core/supergraph/syntax.ts'
import { compileVariables, type Conditions } from '../../../gateway/core/planning/variables.ts'
import { signedText, type Scope } from '../../../gateway/core/subgraphs/scope.ts'
import { planDocument } from '../../../gateway/core/planning/plan-document.ts'
import { parseExactly, writeJson } from '../../../gateway/core/json.ts'
import { readDigits, writeDigits } from '../support/digits.ts'
import { compare, compareWithMonolith, sorted, type Difference } from './compare.ts'
import { graphs } from './graphs.ts'
import { executeByMonolith } from './monolith.ts'
import { operations, type RandomOperation } from './operations.ts'
import { executeByApollo } from './reference.ts'
import type { Values } from './rules.ts'
import { makeWorld, type Luck, type World } from './world.ts'

export interface Found {
  readonly graph: string
  readonly operation: RandomOperation
  readonly difference: Difference
}

export interface Outcome {
  /** Operations. */
  readonly planned: number
  readonly invalid: number
  /** The planner itself failed. */
  readonly unplanned: number
  /** Results held against Apollo's executor, with failures among the data; of those, how many had errors. */
  readonly byApollo: number
  readonly withErrors: number
  /** Of those, how many differed where Apollo's executor is wrong, as a monolith says. */
  readonly apolloWrong: number
  /** Results held against what a monolith answers, with data that never fails. */
  readonly byMonolith: number
  /** Of those, how many of operations that Apollo's executor cannot run. */
  readonly beyondApollo: number
  /** Runs in which an answer about entities was spoilt. */
  readonly spoilt: number
  readonly found: Found | null
}

/** An operation is planned once, which is dear, and run on these: each time on other data. */
const FAILING: readonly Luck[] = ['a', 'b'].map((salt) => ({ salt, fails: true }))
const PEACEFUL: readonly Luck[] = ['', 'c'].map((salt) => ({ salt, fails: false }))

/** Runs random operations, and by the same plans the references, until a difference is found. */
export async function runDifferential({
  cases,
  seed,
  shrink = false,
}: {
  cases: number
  seed: number
  /** Make what is found small, which takes minutes. */
  shrink?: boolean
}): Promise<Outcome> {
  const count = { planned: 0, invalid: 0, unplanned: 0, ...NOTHING }
  for (const graph of graphs) {
    const world = makeWorld(graph)
    let last: Found | null = null
    const property = fc.asyncProperty(operations(world.supergraph.api), async (operation) => {
      const document = parse(operation.query)
      if (validate(world.supergraph.api, document).length > 0) {
        count.invalid++
        return
      }
      const runs = runsOf(world, document, operation.variables)
      if (!runs) {
        count.unplanned++
        return
      }
      count.planned++
      const difference = await differenceOf(runs, operation.variables, count)
      if (!difference) return
      last = { graph: graph.name, operation, difference }
      throw new Error(difference.what)
    })
    const checked = await fc.check(property, { numRuns: Math.ceil(cases / graphs.length), seed, endOnFailure: !shrink })
    if (last) return { ...count, found: last }
    if (checked.failed) throw checked.errorInstance
  }
  return { ...count, found: null }
}

/** Data on which Apollo's executor is held against a monolith, where it differs from ours. */
const TRIES = 20

/** The same for one operation, on a graph by its name. */
export async function differenceIn(name: string, { query, variables }: RandomOperation): Promise<Difference | null> {
  const graph = graphs.find((one) => one.name === name)
  const runs = graph && runsOf(makeWorld(graph), parse(query), variables)
  if (!runs) throw new Error(`${name} cannot be asked for ${query}`)
  return differenceOf(runs, variables, { ...NOTHING })
}

interface Count {
  apolloWrong: number
  byApollo: number
  withErrors: number
  byMonolith: number
  beyondApollo: number
  spoilt: number
}

const NOTHING: Readonly<Count> = {
  byApollo: 0,
  withErrors: 0,
  apolloWrong: 0,
  byMonolith: 0,
  beyondApollo: 0,
  spoilt: 0,
}

async function differenceOf(runs: Runs, given: Values, count: Count): Promise<Difference | null> {
  const alternatives = [given, otherConditions(given)]
  for (const [i, luck] of PEACEFUL.entries()) {
    const variables = alternatives[i] ?? given
    count.byMonolith++
    if (!runs.isApollos(variables)) count.beyondApollo++
    const difference = compareWithMonolith(await runs.ours(variables, luck), runs.byMonolith(variables, luck))
    const wrong = difference ?? (await silenceOf(runs, variables, luck, count))
    if (wrong) return wrong
  }
  for (const [i, luck] of FAILING.entries()) {
    const variables = alternatives[i] ?? given
    if (!runs.isApollos(variables)) continue
    const ours = await runs.ours(variables, luck)
    count.byApollo++
    if (ours.errors) count.withErrors++
    const difference = compare(ours, await runs.byApollo(variables, luck))
    if (difference?.what !== 'data') {
      if (difference) return difference
      continue
    }
    const apart = compare(ours, await runs.byApolloWithTypenames(variables, luck))
    if (!apart) continue
    if (!(await isApolloWrong(runs, variables))) return apart
    count.apolloWrong++
  }
  return null
}

/** What a subgraph that answers badly makes of its answer about entities. `costs`: what was asked of it is not there. */
const SPOILS: readonly { readonly costs: boolean; readonly spoil: Spoil }[] = [
  ...[
    ['_entities', 9],
    ['_entities', -1],
    ['_entities', 0.5],
    ['_entities', '0'],
    ['_entities'],
    ['odd', 0],
    [],
    undefined,
  ].map((path) => ({
    costs: false,
    spoil: (result: ExecutionResult) =>
      ({ ...result, errors: [{ message: SPOILT, path }] }) as unknown as ExecutionResult,
  })),
  {
    costs: true,
    spoil: () => ({ data: { _entities: null }, errors: [{ message: SPOILT, path: ['_entities'] }] }) as never,
  },
  { costs: true, spoil: () => ({ data: { _entities: null } }) },
  { costs: true, spoil: () => ({ data: null }) },
  { costs: true, spoil: () => ({}) },
]

type Spoil = (result: ExecutionResult) => ExecutionResult

const SPOILT = 'Spoilt.'

/** Whatever is wrong in an answer about entities is told somewhere, and takes along no data that came. */
async function silenceOf(runs: Runs, variables: Values, luck: Luck, count: Count): Promise<Difference | null> {
  const { costs, spoil } = SPOILS[count.byMonolith % SPOILS.length] as (typeof SPOILS)[number]
  let spoilt = 0
  let said = false
  const ours = await runs.ours(variables, luck, (result) => {
    if (!result.data || !Object.hasOwn(result.data, '_entities')) return result
    spoilt++
    const bad = spoil(result)
    said ||= (bad.errors ?? []).length > 0
    return bad
  })
  if (spoilt === 0) return null
  count.spoilt++
  const errors = ours.errors ?? []
  const theirs = JSON.stringify(spoil({ data: { _entities: '…' } }))
  if (errors.length === 0 || (said && !errors.some(({ message }) => message === SPOILT))) {
    return { what: 'lost in silence', ours: errors, theirs }
  }
  const astray = errors.find(
    ({ path = [] }) => !path.every((key) => typeof key === 'string' || (Number.isInteger(key) && key >= 0)),
  )
  if (astray) return { what: 'a path that is none', ours: astray, theirs }
  const whole = runs.byMonolith(variables, luck).data
  if (costs || JSON.stringify(ours.data) === JSON.stringify(whole)) return null
  return { what: 'data that came', ours: ours.data, theirs: whole }
}

/** Where data never fails, a monolith says who is right. */
async function isApolloWrong(runs: Runs, variables: Values): Promise<boolean> {
  for (let i = 0; i < TRIES; i++) {
    const luck: Luck = { salt: `try ${i}`, fails: false }
    const apollos = await runs.byApollo(variables, luck)
    if (sorted(apollos.data) !== sorted(runs.byMonolith(variables, luck).data)) return true
  }
  return false
}

/** The variables of @skip and @include the other way round. */
function otherConditions(variables: Values): Values {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, /^c\d$/.test(name) ? !value : value]),
  )
}

interface Runs {
  ours(variables: Values, luck: Luck, spoil?: Spoil): Promise<ExecutionResult>
  byMonolith(variables: Values, luck: Luck): ExecutionResult
  /**
   * Apollo's executor does not do @fromContext, fields under other names than the client's, and plans that are made apart
   * for fields whose @requires are in each other's way.
   */
  isApollos(variables: Values): boolean
  byApollo(variables: Values, luck: Luck): Promise<ExecutionResult>
  /**
   * Apollo drops a fragment inside a fragment on an abstract type where the field's type is an object, so that nobody
   * asked for `__typename`. With that in its plan, but not in its response, it is right.
   */
  byApolloWithTypenames(variables: Values, luck: Luck): Promise<ExecutionResult>
}

/** Null where the planner fails. */
function runsOf(world: World, document: DocumentNode, given: Values): Runs | null {
  const { supergraph } = world
  const operation = operationOf(document)
  const declared = compileVariables(supergraph.api, document, operation)
  const { check, conditions } = declared
  const toPlan = documentToPlan(document, operation, supergraph)
  const chance: Chance = { luck: { salt: '', fails: false }, spoil: undefined }
  const exact = makeExactVariables()
  /** As a transport reads them: numbers where the references have texts. */
  const received = (variables: Values): Values => {
    const text = writeDigits(variables)
    const request = { query: '', variables: JSON.parse(text) as Values }
    return exact.ofRequest(supergraph.api, operation, request, () => parseExactly(text)).variables ?? {}
  }
  const planWith = (conditions: Conditions | undefined) => {
    const planned = planOperation(supergraph, toPlan, operation, conditions)
    const compiled = compileOperation(
      { ...planned, variables: declared, document, operation, api: supergraph.api },
      { schema: supergraph.supergraph, sources: sourcesOf(world, chance) },
    )
    return { ...planned, conditions, compiled }
  }
  const plannings = new Map<string, ReturnType<typeof planWith>>()
  const planFor = (variables: Values) => {
    const decided = toPlan.byConditions ? conditions(variables) : undefined
    const key = JSON.stringify(decided)
    const planning = plannings.get(key) ?? planWith(decided)
    plannings.set(key, planning)
    return planning
  }
  try {
    planFor(given)
    planFor(otherConditions(given))
  } catch {
    return null
  }
  const byApollo = (plan: PlanNode | undefined, variables: Values, luck: Luck) =>
    executeByApollo(world, plan, document, { ...variables, ...planFor(variables).rename(variables) }, luck)
  return {
    async ours(variables, luck, spoil) {
      const own = received(variables)
      const errors = check(own)
      if (errors.length > 0) throw new Error(`The generator made a wrong variable: ${errors.join()}`)
      chance.luck = luck
      chance.spoil = spoil
      const { data, ...rest } = await planFor(variables).compiled.execute(own, nobody)
      return { ...rest, ...(data !== undefined && { data: readDigits(writeJson(data)) as typeof data }) }
    },
    byMonolith: (variables, luck) => executeByMonolith(world, document, variables, luck),
    isApollos(variables) {
      const { plans, aliases } = planFor(variables)
      return plans.length === 1 && aliases.size === 0 && !readsContexts(plans[0])
    },
    byApollo: (variables, luck) => byApollo(planFor(variables).plans[0], variables, luck),
    byApolloWithTypenames(variables, luck) {
      const other = documentToPlan(withTypenames(document), operation, supergraph).for(planFor(variables).conditions)
      const { node } = planDocument(supergraph, other.document, operation.name?.value)
      if (node?.kind === 'Subscription') throw new Error('A subscription is not executed once.')
      return byApollo(node, variables, luck)
    },
  }
}

function withTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: (set) => ({ ...set, selections: [TYPENAME, ...set.selections] }),
  })
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('There is no operation.')
  return operation
}

const nobody: Scope = { context: {}, requestId: 'test', forwarded: {}, signal: new AbortController().signal }

interface Chance {
  luck: Luck
  spoil: Spoil | undefined
}

function sourcesOf(world: World, chance: Readonly<Chance>): Parameters<typeof compileOperation>[1]['sources'] {
  return {
    get: (name) => ({
      async execute(request: Outgoing) {
        const { query, operationName, variables } = readDigits(request.text) as Outgoing
        if (request.text !== signedText(request)) throw new Error('The text is not that of the request.')
        const result = world.ask(name, { query, operationName, variables }, chance.luck)
        return request.read(writeDigits(chance.spoil?.(result) ?? result)) as ExecutionResult
      },
      subscribe() {
        throw new Error('Nothing is subscribed to here.')
      },
    }),
  }
}
