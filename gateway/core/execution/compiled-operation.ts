import type { PlanNode } from '@apollo/query-planner'
import type { DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import { codedError } from '../errors.ts'
import { bytesOfShape } from '../planning/held-size.ts'
import type { Scope } from '../subgraphs/scope.ts'
import { writeJson } from '../json.ts'
import { underNames } from '../subgraphs/subgraph-errors.ts'
import type { CompileContext } from './fetch.ts'
import { merge } from '../values/merge.ts'
import type { Place } from '../values/paths.ts'
import { clientNames } from '../planning/planned-document.ts'
import type { ExecutionState, Step } from './execution-state.ts'
import type { Values } from '../values/values.ts'
import { compileShape, type Shape } from './shape.ts'
import type { Problem, Shaping } from './shaping.ts'
import { compilePlan } from './steps.ts'
import { fragmentsOf } from '../supergraph/syntax.ts'
import type { Conditions, Variables } from '../planning/variables.ts'
import { makeVariants } from '../planning/variants.ts'

const NOBODY = 'No subgraph can answer this.'

/** A compiled operation: execution never looks at its syntax again. */
export interface CompiledOperation {
  readonly variables: Variables
  /** `variables` are already checked. Never rejects. */
  execute(variables: Readonly<Values>, scope: Scope): Promise<ExecutionResult>
}

export interface PlannedOperation {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  /** The schema that clients see; it shapes the response. */
  readonly api: GraphQLSchema
  /** Renames the client's variables to the plan's. */
  readonly rename: <T>(given: Readonly<Record<string, T>>) => Readonly<Record<string, T>>
  /** Maps the client's response names to the plan's, where they differ. */
  readonly aliases: ReadonlyMap<string, string>
  /** Called with the size in bytes of what is compiled later and kept with the operation. */
  readonly holds?: (bytes: number) => void
}

export function compileOperation(
  planned: PlannedOperation & {
    readonly variables: Variables
    /** More than one if fields conflict: then their data is merged. */
    readonly plans: readonly (PlanNode | undefined)[]
  },
  context: CompileContext,
): CompiledOperation {
  const { variables, plans } = planned
  const steps = plans.map((plan) => plan && compilePlan(plan, context))
  // The planner returns nothing if no subgraph has the selected fields, as behind an interface without
  // implementations.
  const isPlanned = steps.some((step) => step !== undefined)
  const finish = compileFinish(planned)
  return {
    variables,
    async execute(given, scope) {
      try {
        const conditions = variables.conditions(given)
        const named = { variables: planned.rename(given), conditions: planned.rename(conditions), scope }
        const state: ExecutionState = { data: null, errors: [], lacking: false, ...named }
        const [step, ...others] = steps
        const states = others.map((other) =>
          executeSeparately(other, { data: null, errors: [], lacking: false, ...named }),
        )
        const pending = step?.(state)
        if (pending) await pending
        for (const other of states) mergeStates(state, await other)
        return finish(state, given, conditions, isPlanned)
      } catch (error) {
        return { errors: [error as never] }
      }
    },
  }
}

/** An operation that is planned for each combination of values of its @skip and @include conditions. */
export function compileByConditions<T extends CompiledOperation>(
  variables: Variables,
  compile: (conditions: Conditions) => T,
  kept: (operation: T) => void,
): CompiledOperation {
  const variants = makeVariants(compile, kept)
  return {
    variables,
    async execute(given, scope) {
      try {
        return await variants(variables.conditions(given)).execute(given, scope)
      } catch (error) {
        return { errors: [error as never] }
      }
    },
  }
}

/** Makes the response of the merged data. */
export function compileFinish({ document, operation, api, aliases, holds }: PlannedOperation) {
  const fragments = fragmentsOf(document)
  const context = { schema: api, fragments, operation, aliases, ...(holds && { holds }) }
  const shapes = makeVariants(
    (conditions) => compileShape({ ...context, conditions }),
    () => holds?.(bytesOfShape(document)),
  )
  /**
   * The shape for the latest conditions. Mostly the next call has the same object: no conditions, or those of one
   * subscription.
   */
  let latest: { readonly conditions: Conditions; readonly shape: Shape } | null = null
  const shapeFor = (conditions: Conditions): Shape => {
    if (latest?.conditions === conditions) return latest.shape
    const shape = shapes(conditions)
    latest = { conditions, shape }
    return shape
  }

  const names = clientNames(aliases)

  return (
    { data, errors, lacking }: ExecutionState,
    variables: Readonly<Values>,
    conditions: Conditions,
    planned: boolean,
  ): ExecutionResult => {
    const shaping: Shaping = { path: [], problems: [], variables, lacking }
    const shape = shapeFor(conditions)
    if (!planned && shape.readsData) return { data: null, errors: [codedError('DOWNSTREAM_SERVICE_ERROR', NOBODY)] }
    const shaped = shape.apply(data ?? {}, shaping)
    const result: { data: Values | null; errors?: never } = { data: shaped }
    const told = names.size > 0 ? errors.map((error) => underNames(error, names)) : errors
    const { problems } = shaping
    const shown = problems.length > 0 ? [...told, ...unexplained(problems, told).map(asError)] : told
    return shown.length > 0 ? { errors: shown as never, data: shaped } : result
  }
}

async function executeSeparately(step: Step | undefined, state: ExecutionState): Promise<ExecutionState> {
  await step?.(state)
  return state
}

function mergeStates(state: ExecutionState, { data, errors, lacking }: ExecutionState): void {
  if (data && state.data) merge(state.data, data)
  else state.data ??= data
  state.lacking ||= lacking
  // A field that both plans fetch fails in both.
  const told = new Set(state.errors.map((error) => writeJson(error)))
  state.errors.push(...errors.filter((error) => !told.has(writeJson(error))))
}

/** A null in a non-null place is reported only if no error above it, below it or without a path explains it. */
function unexplained(problems: readonly Problem[], errors: readonly unknown[]): readonly Problem[] {
  if (errors.length === 0) return problems
  const places = errors.map((error) => (error as { path?: Place } | null)?.path ?? [])
  const explains = (place: Place, { path }: Problem) => path.every((key, i) => i >= place.length || place[i] === key)
  return problems.filter((problem) => !places.some((place) => explains(place, problem)))
}

function asError({ message, path }: Problem) {
  return codedError('DOWNSTREAM_SERVICE_ERROR', message, { path })
}
