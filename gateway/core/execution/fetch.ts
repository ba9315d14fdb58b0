import type { FetchNode } from '@apollo/query-planner'
import { isInterfaceType, type ExecutionResult, type GraphQLSchema } from 'graphql'
import type { DataSources } from '../subgraphs/data-sources.ts'
import type { Send, Sender } from '../subgraphs/shared-fetches.ts'
import { writeJson } from '../json.ts'
import { isIndex } from '../subgraphs/answers.ts'
import { isPlain } from '../values/kind-of.ts'
import { compileByContext, type SameContext } from './contexts.ts'
import { copy } from '../values/copy.ts'
import {
  atPath,
  fromFetch,
  fromSubgraph,
  wrongEntities,
  wrongEntity,
  type SubgraphError,
} from '../subgraphs/subgraph-errors.ts'
import { merge } from '../values/merge.ts'
import { compileEntitiesOutgoing, compileOutgoing } from '../subgraphs/outgoing.ts'
import { commonPlace, compileCollect, placesOf, type Path, type Place } from '../values/paths.ts'
import { compileRepresent } from './representations.ts'
import { compileRewrites } from './rewrites.ts'
import { type ExecutionState, type Step } from './execution-state.ts'
import { isObject, type Values } from '../values/values.ts'

export interface CompileContext {
  /** The whole supergraph's schema, which includes what the API hides. */
  readonly schema: GraphQLSchema
  readonly sources: Pick<DataSources, 'get'>
  /** Without it, fetches are not shared. */
  readonly sender?: Sender
  /** Whether an entity that is fetched once for several places is copied to each: contexts above the places may differ. */
  readonly copies?: boolean
}

export function compileFetch(node: FetchNode, path: Path, context: CompileContext): Step {
  return node.requires ? compileEntityFetch(node, node.requires, path, context) : compilePlainFetch(node, path, context)
}

function compileSend(node: FetchNode, { sources, sender }: CompileContext): Send {
  return sender?.(node) ?? ((request, _, scope) => sources.get(node.serviceName).execute(request, scope))
}

/** A fetch of root fields. Below the root (a field that returns Query) its data goes to each object at the path. */
function compilePlainFetch(node: FetchNode, path: Path, context: CompileContext): Step {
  const { schema, copies } = context
  const { serviceName } = node
  const send = compileSend(node, context)
  const outgoing = compileOutgoing(node, schema)
  const rewrite = compileRewrites(schema, node.outputRewrites)
  const collect = path.length > 0 ? compileCollect(path) : null
  const place = commonPlace(path)

  const receive = (state: ExecutionState, { data, errors }: ExecutionResult) => {
    if (errors) for (const error of errors) addError(state, error, serviceName, [...place, ...(error.path ?? [])])
    if (!isObject(data)) return void (state.lacking = true)
    rewrite?.(data)
    if (collect) for (const target of collect(state.data ?? {})) merge(target, copies ? copy(data) : data)
    else if (state.data) merge(state.data, data)
    else state.data = data
  }

  return (state) => {
    if (collect && collect(state.data ?? {}).length === 0) return undefined
    return ask(
      state,
      place,
      () => send(outgoing(state.variables), null, state.scope),
      (result) => receive(state, result),
    )
  }
}

function compileEntityFetch(
  node: FetchNode,
  requires: NonNullable<FetchNode['requires']>,
  path: Path,
  context: CompileContext,
): Step {
  const { schema, copies } = context
  const { serviceName } = node
  const send = compileSend(node, context)
  const collect = compileCollect(path)
  const represent = compileRepresent(schema, requires)
  const rewriteInput = compileRewrites(schema, node.inputRewrites)
  const rewriteOutput = compileRewrites(schema, node.outputRewrites)
  const outgoing = compileEntitiesOutgoing(node, schema)
  const byContext = compileByContext(schema, node.contextRewrites, path)
  const place = commonPlace(path)

  const receive = (state: ExecutionState, targets: Targets, { data, errors }: ExecutionResult) => {
    if (errors) addEntityErrors(state, targets, errors)
    const entities = data?.['_entities']
    // The subgraph's errors explain why there are no entities.
    if (errors && (entities === null || entities === undefined)) return void (state.lacking = true)
    if (!Array.isArray(entities) || entities.length !== targets.texts.length) {
      throw wrongEntities(serviceName, targets.texts.length, entities)
    }
    for (let i = 0; i < targets.objects.length; i++) {
      const entity: unknown = entities[targets.asked[i] ?? -1]
      const target = targets.objects[i]
      if (!target) continue
      if (!isPlain(entity)) {
        missing(state, targets, i, entity)
        continue
      }
      if (rewriteOutput) {
        entity['__typename'] ||= target['__typename']
        rewriteOutput(entity)
      }
      // A subgraph with an @interfaceObject answers with the interface as type: the more exact type that is known
      // stays.
      if (rewriteInput && isInterfaceType(schema.getType(entity['__typename'] as string))) {
        entity['__typename'] = target['__typename']
      }
      merge(target, copies ? copy(entity) : entity)
    }
  }

  /**
   * An entity's error is reported at every place of that entity; an error without an entity at the place of the fetch.
   */
  const addEntityErrors = (state: ExecutionState, targets: Targets, errors: readonly SubgraphError[]) => {
    const places = placesOf(path, state.data ?? {})
    for (const error of errors) {
      const [field, index, ...rest] = error.path ?? []
      if (field !== '_entities' || !isIndex(index) || index >= targets.texts.length) {
        addError(state, error, serviceName, place)
        continue
      }
      targets.asked.forEach((asked, i) => {
        if (asked === index) addError(state, error, serviceName, [...(places[i] ?? place), ...rest])
      })
    }
  }

  /** No entity came for this object: it was not requested, was not found, or the answer is no entity. */
  const missing = (state: ExecutionState, targets: Targets, i: number, entity: unknown) => {
    if (entity === null) state.lacking = true
    else if (targets.asked[i] !== -1) {
      const at = placesOf(path, state.data ?? {})[i] ?? place
      state.errors.push(atPath(wrongEntity(serviceName, entity), at))
    }
  }

  /** `group` selects the objects to ask for; null selects all. */
  const askFor = (state: ExecutionState, objects: readonly Values[], group: SameContext | null) => {
    const targets: Targets = { objects, asked: [], texts: [] }
    const representations: Values[] = []
    const seen = new Map<string, number>()
    for (let i = 0; i < objects.length; i++) {
      const representation = !group || group.indices.has(i) ? represent(objects[i]) : null
      if (!representation?.['__typename']) {
        targets.asked.push(-1)
        continue
      }
      rewriteInput?.(representation)
      const text = writeJson(representation)
      let index = seen.get(text)
      if (index === undefined) {
        index = targets.texts.push(text) - 1
        representations.push(representation)
        seen.set(text, index)
      }
      targets.asked.push(index)
    }
    if (representations.length === 0) return undefined
    const variables = group ? { ...state.variables, ...group.variables } : state.variables
    return ask(
      state,
      place,
      () => send(outgoing(variables, representations, targets.texts), targets.texts, state.scope),
      (result) => receive(state, targets, result),
    )
  }

  return (state) => {
    if (!state.data) return undefined
    const objects = collect(state.data)
    if (objects.length === 0) return undefined
    if (!byContext) return askFor(state, objects, null)
    return Promise.all(byContext(state.data).flatMap((group) => askFor(state, objects, group) ?? []))
  }
}

interface Targets {
  readonly objects: readonly Values[]
  /** For each object, the index of its representation; -1 for none. Equal representations are sent once. */
  readonly asked: number[]
  readonly texts: string[]
}

/** Not an async function, which would create two more promises for each fetch of each event. */
function ask(
  state: ExecutionState,
  place: Place,
  send: () => Promise<ExecutionResult>,
  receive: (result: ExecutionResult) => void,
): Promise<void> | undefined {
  const fail = (error: unknown): void => {
    state.lacking = true
    state.errors.push(fromFetch(error, place))
  }
  let sent: Promise<ExecutionResult>
  try {
    sent = send()
  } catch (error) {
    fail(error)
    return undefined
  }
  return sent.then((result) => {
    try {
      receive(result)
    } catch (error) {
      fail(error)
    }
  }, fail)
}

function addError(state: ExecutionState, error: SubgraphError, subgraph: string, path: Place): void {
  state.errors.push(fromSubgraph(error, subgraph, path))
}
