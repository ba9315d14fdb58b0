import { GraphQLError, type ExecutionResult } from 'graphql'
import { refusalOf } from '../errors.ts'
import type { Outgoing } from '../execution/outgoing.ts'
import type { DataSource, DataSources } from '../federation/data-sources.ts'
import { withSignal, type Scope } from '../federation/scope.ts'

/** Entities in one fetch: a subgraph bounds its requests. Those beyond it are asked for by another fetch beside it. */
const MAX_ENTITIES = 1_000

/** How long a fetch is put off at most while one of its kind is under way: a slow one must not hold up the next. */
const MAX_GATHERING_MS = 5

/** With these a subgraph speaks of who asks, and they are nobody else's. */
const PERSONAL = new Set(['UNAUTHENTICATED', 'FORBIDDEN'])

type Sources = Pick<DataSources, 'get'>
type Values = Record<string, unknown>

/** One who waits for entities of a batch, with their places in it; null for a fetch of anything else. */
interface Waiting {
  readonly request: Outgoing
  readonly scope: Scope
  readonly places: readonly number[] | null
  resolve(result: ExecutionResult): void
  reject(error: unknown): void
}

interface Batch {
  readonly request: Outgoing
  /** Whoever came first; a public fetch is the same for all. */
  readonly scope: Scope
  readonly others: Values
  readonly texts: string[]
  readonly places: Map<string, number>
  readonly representations: unknown[]
  readonly waiting: Waiting[]
}

/** The fetches that could be one, had they come together. */
interface Lane {
  readonly service: string
  readonly close: () => void
  gathering: Batch | null
  underWay: number
  timer: NodeJS.Timeout | undefined
}

/** Makes sources in which the fetches of these texts are public, over those that are everybody's. */
export type ShareFetches = (isPublic: ReadonlySet<string>) => Sources

/**
 * Public fetches of all events that are executed in one turn of the event loop become one for each subgraph and document:
 * each entity is asked for once, whoever asks. While such a fetch is under way the next ones gather, so that the busier it
 * is, the fewer are sent. None is kept: what an event gets was always fetched after it came. A private fetch goes its own
 * way. A public one goes on when the first who asked leaves.
 */
export function makeSharedFetches(sources: Sources): ShareFetches {
  /** By subgraph, document, and what else must be equal. */
  const lanes = new Map<string, Lane>()

  const laneOf = (key: string, service: string): Lane => {
    let lane = lanes.get(key)
    if (!lane) {
      lane = { service, close: () => lanes.delete(key), gathering: null, underWay: 0, timer: undefined }
      lanes.set(key, lane)
    }
    return lane
  }

  const begin = (lane: Lane, request: Outgoing, scope: Scope, others: Values): Batch => {
    if (!lane.gathering) {
      if (lane.underWay === 0) setImmediate(flush, lane)
      else lane.timer = setTimeout(flush, MAX_GATHERING_MS, lane)
    }
    return (lane.gathering = { request, scope, others, texts: [], places: new Map(), representations: [], waiting: [] })
  }

  const flush = (lane: Lane) => {
    const { gathering } = lane
    clearTimeout(lane.timer)
    if (!gathering) return
    lane.gathering = null
    send(lane, gathering)
  }

  const send = (lane: Lane, batch: Batch) => {
    const { service } = lane
    const { scope, waiting } = batch
    const [first] = waiting
    const alone = waiting.length === 1 ? first : undefined
    const outgoing = alone ? alone.request : merged(batch)
    // Never aborted, and a signal of its own: who listens to it would do so for ever.
    const asked = async () => sources.get(service).execute(outgoing, withSignal(scope, new AbortController().signal))
    const receive = (result: ExecutionResult) => {
      if (alone) return alone.resolve(result)
      const personal = result.errors?.some(isPersonal) ?? false
      const shares = sharesOf(batch)
      for (const one of waiting) {
        if (personal && one.scope.context !== scope.context) again(service, one)
        else one.resolve(partOf(result, one, shares))
      }
    }
    const fail = (error: unknown) => {
      for (const one of waiting) {
        if (isPersonal(error) && one.scope.context !== scope.context) again(service, one)
        else one.reject(error)
      }
    }
    lane.underWay++
    void asked()
      .then(receive, fail)
      .then(() => {
        lane.underWay--
        if (lane.gathering) flush(lane)
        else if (lane.underWay === 0) lane.close()
      })
  }

  const again = (service: string, { request, scope, resolve, reject }: Waiting) => {
    const asked = async () => sources.get(service).execute(request, scope)
    asked().then(resolve, reject)
  }

  const join = (service: string, request: Outgoing, scope: Scope): Promise<ExecutionResult> => {
    const { representations, ...others } = request.variables ?? {}
    const entities = Array.isArray(representations) ? (representations as unknown[]) : null
    const equal = JSON.stringify([entities ? others : request.variables, scope.forwarded])
    const lane = laneOf(`${service} ${equal} ${request.query}`, service)
    let batch = lane.gathering ?? begin(lane, request, scope, others)
    if (batch.texts.length > 0 && batch.texts.length + (entities?.length ?? 0) > MAX_ENTITIES) {
      send(lane, batch)
      batch = begin(lane, request, scope, others)
    }
    const { places, texts, waiting, representations: all } = batch
    const mine = entities?.map((entity) => {
      const text = JSON.stringify(entity)
      let place = places.get(text)
      if (place === undefined) {
        place = texts.push(text) - 1
        all.push(entity)
        places.set(text, place)
      }
      return place
    })
    return new Promise((resolve, reject) => waiting.push({ request, scope, places: mine ?? null, resolve, reject }))
  }

  return (isPublic) => ({
    get(service): DataSource {
      const source = sources.get(service)
      return {
        subscribe: (...asked) => source.subscribe(...asked),
        execute: (request, scope) =>
          isPublic.has(request.query) ? join(service, request, scope) : source.execute(request, scope),
      }
    },
  })
}

function merged({ request, others, texts, representations, waiting }: Batch): Outgoing {
  if (!waiting[0]?.places) return request
  const { query, operationName } = request
  const head = JSON.stringify({ query, operationName }).slice(0, -1)
  const rest = JSON.stringify(others).slice(0, -1)
  const list = `"representations":[${texts.join(',')}]`
  return {
    ...request,
    // The same order of keys in both: the text is what is signed.
    variables: { ...others, representations },
    text: `${head},"variables":${rest === '{' ? rest : `${rest},`}${list}}}`,
  }
}

/** How many wait for each entity: what only one gets need not be copied. */
function sharesOf({ texts, waiting }: Batch): Uint32Array {
  const shares = new Uint32Array(texts.length)
  for (const { places } of waiting) for (const place of places ?? []) shares[place] = (shares[place] ?? 0) + 1
  return shares
}

function partOf({ data, errors, ...rest }: ExecutionResult, { places }: Waiting, shares: Uint32Array): ExecutionResult {
  if (!places) return { ...rest, ...(errors && { errors }), ...(data !== undefined && { data: copy(data) }) }
  const all = data?.['_entities']
  const entities = Array.isArray(all) ? (all as unknown[]) : null
  const whole = entities?.length === shares.length
  const mine =
    entities && whole ? places.map((place) => ((shares[place] ?? 0) > 1 ? copy(entities[place]) : entities[place])) : []
  const told = errors?.flatMap((error) => {
    const [field, place, ...path] = error.path ?? []
    if (field !== '_entities' || typeof place !== 'number') return [error]
    const at = places.indexOf(place)
    return at < 0 ? [] : [withPath(error, [field, at, ...path])]
  })
  return {
    ...rest,
    ...(told && told.length > 0 && { errors: told }),
    // A subgraph that answered with another number of entities did so to each who asked.
    ...(data !== undefined && { data: data && entities ? { _entities: mine } : data }),
  }
}

function withPath(error: GraphQLError, path: readonly (string | number)[]): GraphQLError {
  const { message, extensions } = error
  return new GraphQLError(message, { path, extensions, originalError: error })
}

const isPersonal = (error: unknown): boolean => PERSONAL.has(refusalOf(error)?.code ?? '')

/** Of JSON. */
function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T
  if (typeof value !== 'object' || value === null) return value
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(value)) result[key] = copy((value as Record<string, unknown>)[key])
  return result as T
}
