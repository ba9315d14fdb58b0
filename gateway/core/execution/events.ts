import type { FetchNode, PlanNode } from '@apollo/query-planner'
import type { ExecutionResult } from 'graphql'
import type { Scope } from '../subgraphs/scope.ts'
import { copy } from '../values/copy.ts'
import { fromSubgraph } from '../subgraphs/subgraph-errors.ts'
import type { CompileContext } from './fetch.ts'
import { compileFinish, type PlannedOperation } from './compiled-operation.ts'
import { isGone, isOutage } from './outages.ts'
import { compileRewrites } from './rewrites.ts'
import { type ExecutionState } from './execution-state.ts'
import { isObject, type Values } from '../values/values.ts'
import { compilePlan } from './steps.ts'
import type { Variables } from '../planning/variables.ts'

/** Compiled handling of a subscription's events. The variables are checked when the subscription starts. */
export type CompiledEvents = (variables: Readonly<Values>) => ExecuteEvent

/**
 * `done` is called once, synchronously if nothing had to be fetched. `owned`: nobody else uses the event object, so
 * the response may be built in place; otherwise the event is never changed. `lost`: an outage left nothing of the
 * event, and a retry may complete it.
 */
export type ExecuteEvent = (
  event: ExecutionResult,
  owned: boolean,
  scope: Scope,
  done: (result: ExecutionResult, lost: boolean) => void,
) => void

/** `primary` is the fetch that brings the events, `rest` the fetches for each event. */
export function compileEvents(
  planned: PlannedOperation & {
    readonly variables: Pick<Variables, 'conditions'>
    readonly primary: FetchNode
    readonly rest: readonly PlanNode[]
  },
  context: CompileContext,
): CompiledEvents {
  const { primary, rest, variables } = planned
  const rewrite = compileRewrites(context.schema, primary.outputRewrites)
  const step = rest.length > 0 ? compilePlan({ kind: 'Sequence', nodes: [...rest] }, context) : undefined
  const finish = compileFinish(planned)
  const changes = step !== undefined || rewrite !== null

  const bind = (given: Readonly<Values>): ExecuteEvent => {
    const decided = variables.conditions(given)
    const named = { variables: planned.rename(given), conditions: planned.rename(decided) }

    const begin = ({ data, errors }: ExecutionResult, owned: boolean, scope: Scope): ExecutionState => {
      const seen = isObject(data) ? (changes && !owned ? copy(data) : data) : null
      if (seen) rewrite?.(seen)
      return {
        data: seen,
        errors: errors ? errors.map((error) => fromSubgraph(error, primary.serviceName, error.path)) : [],
        lacking: seen === null,
        variables: named.variables,
        conditions: named.conditions,
        scope,
      }
    }

    const end = (state: ExecutionState, done: Parameters<ExecuteEvent>[3]): void => {
      let result: ExecutionResult
      try {
        result = finish(state, given, decided, true)
      } catch (error) {
        result = failed(error)
      }
      // Only errors of subgraphs make an event lost: a null without such an error is an answer.
      done(result, state.errors.length > 0 && isGone(result) && state.errors.some(isOutage))
    }

    return (event, owned, scope, done) => {
      const fail = (error: unknown) => done(failed(error), false)
      let state: ExecutionState
      let pending: Promise<unknown> | undefined
      try {
        state = begin(event, owned, scope)
        pending = step?.(state)
      } catch (error) {
        return fail(error)
      }
      if (pending) void pending.then(() => end(state, done), fail)
      else end(state, done)
    }
  }

  return (given) => {
    try {
      return bind(given)
    } catch (error) {
      return (_event, _owned, _scope, done) => done(failed(error), false)
    }
  }
}

function failed(error: unknown): ExecutionResult {
  return { data: null, errors: [error as never] }
}
