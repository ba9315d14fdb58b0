import type { PlanNode } from '@apollo/query-planner'
import { readsContexts } from './contexts.ts'
import { compileFetch, type CompileContext } from './fetch.ts'
import { asPath, type Path } from '../values/paths.ts'
import type { ExecutionState, Step } from './execution-state.ts'

/** Compiles a plan into nested functions: the order of its fetches is decided once, here. */
export function compilePlan(plan: PlanNode, context: CompileContext): Step {
  return compileStep(plan, [], readsContexts(plan) ? { ...context, copies: true } : context)
}

function compileStep(node: PlanNode, path: Path, context: CompileContext): Step {
  switch (node.kind) {
    case 'Fetch':
      return compileFetch(node, path, context)
    case 'Flatten':
      return compileStep(node.node, [...path, ...asPath(node.path)], context)
    case 'Sequence':
      return inSequence(node.nodes.map((child) => compileStep(child, path, context)))
    case 'Parallel': {
      if (!context.copies) return inParallel(node.nodes.map((child) => compileStep(child, path, context)))
      // The planner runs such a fetch in parallel with the fetch of its context, if the context is in the middle of
      // its path.
      const halves = node.nodes.map(atContexts)
      const stages = [halves.flatMap(({ before }) => before), halves.flatMap(({ from }) => from)]
      return inSequence(stages.map((nodes) => inParallel(nodes.map((child) => compileStep(child, path, context)))))
    }
    case 'Condition': {
      const { condition } = node
      const yes = node.ifClause && compileStep(node.ifClause, path, context)
      const no = node.elseClause && compileStep(node.elseClause, path, context)
      return (state) => (state.conditions[condition] ? yes : no)?.(state)
    }
    case 'Defer':
      throw new Error('@defer is not supported.')
  }
}

interface Halves {
  /** None or one. */
  readonly before: readonly PlanNode[]
  readonly from: readonly PlanNode[]
}

/**
 * Splits each branch at its first fetch that reads a context: the part before it may fetch another branch's context.
 */
function atContexts(node: PlanNode): Halves {
  if (!readsContexts(node)) return { before: [node], from: [] }
  if (node.kind !== 'Sequence' && node.kind !== 'Parallel') return { before: [], from: [node] }
  const last = node.kind === 'Sequence' ? node.nodes.findIndex(readsContexts) : node.nodes.length
  const halves = node.nodes.map((child, i) => (i <= last ? atContexts(child) : { before: [], from: [child] }))
  const all = (nodes: readonly PlanNode[]) => (nodes.length > 0 ? [{ ...node, nodes: [...nodes] }] : [])
  return { before: all(halves.flatMap(({ before }) => before)), from: all(halves.flatMap(({ from }) => from)) }
}

export function inSequence(steps: readonly Step[]): Step {
  const [only] = steps
  if (steps.length === 1 && only) return only
  const from = (start: number, state: ExecutionState): Promise<unknown> | undefined => {
    for (let i = start; i < steps.length; i++) {
      const pending = steps[i]?.(state)
      if (pending) return i + 1 < steps.length ? pending.then(() => from(i + 1, state)) : pending
    }
    return undefined
  }
  return (state) => from(0, state)
}

function inParallel(steps: readonly Step[]): Step {
  const [only] = steps
  if (steps.length === 1 && only) return only
  return (state) => {
    const pending: Promise<unknown>[] = []
    for (const step of steps) {
      const promise = step(state)
      if (promise) pending.push(promise)
    }
    return pending.length > 1 ? Promise.all(pending) : pending[0]
  }
}
