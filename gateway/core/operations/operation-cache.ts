import type { PlanNode } from '@apollo/query-planner'
import { OperationTypeNode } from 'graphql'
import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { codedError } from '../errors.ts'
import type { DataSources } from '../subgraphs/data-sources.ts'
import type { DocumentCache } from '../planning/document-cache.ts'
import { bytesOfPlans } from '../planning/held-size.ts'
import { planDocument } from '../planning/plan-document.ts'
import type { SupergraphInForce } from '../supergraph/supergraph.ts'
import { withoutConflicts } from '../planning/conflicts.ts'
import { compileByConditions, compileOperation, type CompiledOperation } from '../execution/compiled-operation.ts'
import { documentToPlan, type DocumentToPlan, type PlannedDocument } from '../planning/planned-document.ts'
import { compileVariables, type Conditions } from '../planning/variables.ts'

export interface OperationCache {
  /** Throws if the planner fails. */
  get(supergraph: SupergraphInForce, document: DocumentNode, operation: OperationDefinitionNode): CompiledOperation
  /** Returns only what was compiled before, under this supergraph. */
  peek(supergraph: SupergraphInForce, operation: OperationDefinitionNode): CompiledOperation | undefined
  /** Compiled operations hold their supergraph in memory: an old one must not be kept alive here. */
  clear(): void
}

/**
 * Plans and compiles each query and mutation once. The documents are valid. A compiled operation is kept as long as
 * its document, and its size is reported to `documents`.
 */
export function makeOperationCache(
  documents: Pick<DocumentCache, 'grew'>,
  sources: Pick<DataSources, 'get'>,
): OperationCache {
  interface Known {
    readonly supergraph: SupergraphInForce
    readonly compiled: CompiledOperation
  }
  let compiled = new WeakMap<OperationDefinitionNode, Known>()
  return {
    get(supergraph, document, operation) {
      let known = compiled.get(operation)
      if (known?.supergraph !== supergraph) {
        const holds = (bytes: number) => documents.grew(document, bytes)
        known = { supergraph, compiled: planAndCompile(supergraph, document, operation, sources, holds) }
        compiled.set(operation, known)
      }
      return known.compiled
    },
    peek(supergraph, operation) {
      const known = compiled.get(operation)
      return known?.supergraph === supergraph ? known.compiled : undefined
    },
    clear: () => void (compiled = new WeakMap()),
  }
}

export function planAndCompile(
  supergraph: SupergraphInForce,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  sources: Pick<DataSources, 'get'>,
  holds: (bytes: number) => void = () => {},
): CompiledOperation {
  const { api, supergraph: schema } = supergraph
  const toPlan = documentToPlan(document, operation, supergraph)
  const variables = compileVariables(api, document, operation)
  const compile = (conditions?: Conditions): CompiledOperation & { readonly bytes: number } => {
    const planned = planOperation(supergraph, toPlan, operation, conditions)
    const bytes = bytesOfPlans(planned.plans)
    return {
      ...compileOperation({ ...planned, variables, document, operation, api, holds }, { schema, sources }),
      bytes,
    }
  }
  if (toPlan.byConditions) return compileByConditions(variables, compile, ({ bytes }) => holds(bytes))
  const compiled = compile()
  holds(compiled.bytes)
  return compiled
}

/** Throws if the planner fails. */
export function planOperation(
  supergraph: SupergraphInForce,
  toPlan: DocumentToPlan,
  operation: OperationDefinitionNode,
  conditions?: Conditions,
): PlannedDocument & { readonly plans: readonly (PlanNode | undefined)[] } {
  const planned = toPlan.for(conditions)
  const parts = withoutConflicts(planned.document, supergraph.requiring)
  if (parts.length > 1 && operation.operation !== OperationTypeNode.QUERY) {
    const message =
      'Fields of this operation require the same other field with different arguments: send them as separate operations.'
    throw codedError('BAD_REQUEST', message, { status: 400 })
  }
  const plans = parts.map((document) => {
    const { node } = planDocument(supergraph, document, operation.name?.value)
    if (node?.kind === 'Subscription') throw new Error('A subscription cannot be executed once.')
    return node
  })
  return { ...planned, plans }
}
