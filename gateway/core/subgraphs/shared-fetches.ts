import type { FetchNode } from '@apollo/query-planner'
import type { ExecutionResult } from 'graphql'
import { ClientLeft, codedError, refusalOf } from '../errors.ts'
import type { Outgoing } from './outgoing.ts'
import { add, covers, distribute, isAnswered, isMerged, makeBatch, outgoingOf, seat } from './batch.ts'
import type { Batch, Texts, Waiting } from './batch.ts'
import { writeJson } from '../json.ts'
import type { DataSources } from './data-sources.ts'
import { cancellationOf } from './cancellation.ts'
import type { Scope } from './scope.ts'

/** Entities in one fetch: a subgraph bounds its requests. Those beyond it are asked for by another fetch beside it. */
const MAX_ENTITIES = 1_000

/** How long an event's fetch is put off at most while one of its kind is under way: a slow one must not hold up the next. */
const MAX_GATHERING_MS = 5

/** With these a subgraph speaks of who asks, and they are nobody else's. */
const PERSONAL = new Set(['UNAUTHENTICATED', 'FORBIDDEN'])

/** The fetches that could be one, had they come together. */
interface Lane {
  readonly service: string
  readonly isPublic: boolean
  readonly close: () => void
  gathering: Batch | null
  /** How soon it is sent. */
  due: Due | null
  timer: NodeJS.Timeout | undefined
  /** Oldest first. Not a Set: its old tables would keep what passed through them (see `LinkedList`). */
  readonly underWay: Batch[]
}

/** `tick`: once nothing is left to do without the world outside. `turn`: once all that has come from there is done. */
type Due = 'tick' | 'turn' | 'later'

/** Those of one identity, or all, as long as any of them is here. */
interface Party {
  visits: number
  /** Made when it is first needed: mostly nobody shares. */
  lanes: Map<string, Lane> | null
}

/** An execution, from its beginning to its end. */
export interface Visit {
  /** By a clock that goes on with each visit. */
  readonly began: number
  readonly party: Party | null
  readonly everybody: Party | null
  readonly keys: readonly [string, string]
}

/** Sends the request of one fetch of a plan; what it resolves to belongs to the caller. */
export type Send = (request: Outgoing, texts: Texts, asking: Asking) => Promise<ExecutionResult>

interface Asking {
  readonly scope: Scope
  readonly visit: Visit | null
}

/** The fetches of one compiled operation. */
export interface OperationFetches {
  /** To be called when it is compiled, for each of its fetches. */
  sender(node: FetchNode): Send
  /** To be called when an execution begins and when it ends. Null where none of its fetches could be shared. */
  enter(scope: Scope): Visit | null
  leave(visit: Visit | null): void
}

export interface SharedFetches {
  ofQuery(): OperationFetches
  ofMutation(): OperationFetches
  /** `isPublic`: the texts of the fetches that are the same whoever asks. */
  ofEvents(isPublic: ReadonlySet<string>): OperationFetches
}

interface Kind {
  /** A fetch that was under way already when it came is what it wants. */
  readonly joins: boolean
  /** It can be put off for others to come. */
  readonly patient: boolean
  readonly isPublic: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()
const left = () => codedError('DOWNSTREAM_SERVICE_ERROR', 'The client left.', { cause: new ClientLeft() })

/**
 * Entity fetches that one subgraph is asked at about the same time, with the same document and the same rights, are one:
 * each entity is asked for once. Rights are the same where identity and forwarded headers are equal, and for what is
 * public of an event where the latter are.
 *
 * - A query or mutation of somebody who asks nothing else at that moment is not held up at all, apart from branches of its
 *   plan that ask the same, which come together before anything else is done. Others of his wait for each other until
 *   what has come in is dealt with: one turn of the event loop.
 * - Events wait for such a turn always; and while a fetch of theirs is under way the next ones gather for a little, so that
 *   the busier it is, the fewer are sent.
 * - A query joins a fetch under way, if that was sent after the query came: it sees everything that was written before.
 *   A mutation never does, nor an event by one that is older: they see what was written by them, or came with them.
 *
 * None is kept. A fetch is aborted once everybody who waits for it has left. If the subgraph fails to answer
 * a shared fetch as a whole, each asker's part is fetched separately, so that nobody pays for what another asks.
 */
export function makeSharedFetches(
  sources: Pick<DataSources, 'get'>,
  identityOf: (context: unknown) => string,
): SharedFetches {
  const parties = new Map<string, Party>()
  let clock = 0

  const join = (key: string): Party => {
    let party = parties.get(key)
    if (!party) {
      party = { visits: 0, lanes: null }
      parties.set(key, party)
    }
    party.visits++
    return party
  }
  const part = (party: Party | null, key: string) => {
    if (party && --party.visits === 0) parties.delete(key)
  }

  const laneOf = (party: Party, key: string, service: string, isPublic: boolean): Lane => {
    const lanes = (party.lanes ??= new Map<string, Lane>())
    let lane = lanes.get(key)
    if (!lane) {
      const close = () => lanes.delete(key)
      lane = { service, isPublic, close, gathering: null, due: null, timer: undefined, underWay: [] }
      lanes.set(key, lane)
    }
    return lane
  }

  const schedule = (lane: Lane, due: Due) => {
    if (lane.due === due || lane.due === 'tick' || (lane.due === 'turn' && due === 'later')) return
    lane.due = due
    if (due === 'tick') process.nextTick(flush, lane)
    else if (due === 'turn') setImmediate(flush, lane)
    else lane.timer = setTimeout(flush, MAX_GATHERING_MS, lane)
  }

  /** What was scheduled for fetches that are gone may send the next ones early: that costs nothing but company. */
  const flush = (lane: Lane) => {
    const { gathering } = lane
    clearTimeout(lane.timer)
    lane.gathering = null
    lane.due = null
    if (gathering && gathering.waiting.size > 0) send(lane, gathering)
    else if (lane.underWay.length === 0) lane.close()
  }

  const send = (lane: Lane, batch: Batch) => {
    const { service, underWay } = lane
    const asked = async () => sources.get(service).execute(outgoingOf(batch), batch.scope)
    const settle = (apart: (one: Waiting) => boolean, rest: (others: readonly Waiting[]) => void) => {
      const others: Waiting[] = []
      for (const one of batch.waiting) {
        one.forget()
        if (apart(one)) again(service, one)
        else others.push(one)
      }
      rest(others)
      // Still among those under way for a moment: nobody may join it any more.
      batch.waiting.clear()
    }
    const isOther = (one: Waiting) => lane.isPublic && one.scope.context !== batch.scope.context
    const receive = (result: ExecutionResult) => {
      const personal = result.errors?.some(isPersonal) ?? false
      // It may have been too much at once, or wrong in what one of them asks.
      const refused = isMerged(batch) && !isAnswered(batch, result)
      settle(
        (one) => refused || (personal && isOther(one)),
        (others) => distribute(batch, result, others),
      )
    }
    const fail = (error: unknown) =>
      settle(
        (one) => isPersonal(error) && isOther(one),
        (others) => {
          for (const one of others) one.reject(error)
        },
      )
    batch.sent = clock
    underWay.push(batch)
    void asked()
      .then(receive)
      // Also where what came is no result at all.
      .catch(fail)
      .then(() => {
        underWay.splice(underWay.indexOf(batch), 1)
        if (lane.gathering) flush(lane)
        else if (underWay.length === 0) lane.close()
      })
  }

  const again = (service: string, { request, scope, resolve, reject }: Waiting) => {
    const asked = async () => sources.get(service).execute(request, scope)
    asked().then(resolve, reject)
  }

  /** Takes a seat in a batch, until it is answered or the client has left. */
  const wait = (lane: Lane, batch: Batch, request: Outgoing, texts: Texts, scope: Scope) =>
    new Promise<ExecutionResult>((resolve, reject) => {
      const cancellation = scope.cancellation ?? cancellationOf(scope.signal)
      if (cancellation.cancelled) return reject(left())
      const leave = () => {
        batch.waiting.delete(one)
        reject(left())
        if (batch.waiting.size > 0) return
        if (lane.gathering === batch) lane.gathering = null
        batch.gone.cancel()
      }
      const forget = () => cancellation.delete(leave)
      const one: Waiting = { request, texts, scope, places: null, resolve, reject, forget }
      seat(batch, one)
      cancellation.add(leave)
    })

  const share = (
    lane: Lane,
    { joins, patient }: Kind,
    alone: boolean,
    began: number,
    request: Outgoing,
    texts: Texts,
    scope: Scope,
  ): Promise<ExecutionResult> => {
    if (joins) {
      for (const batch of lane.underWay) {
        if (batch.sent < began || batch.gone.cancelled || batch.waiting.size === 0 || !covers(batch, texts)) continue
        return wait(lane, batch, request, texts, scope)
      }
    }
    let batch = lane.gathering
    if (batch?.texts && batch.texts.length + (texts?.length ?? 0) > MAX_ENTITIES) {
      flush(lane)
      batch = null
    }
    if (batch) add(batch, request, texts)
    else lane.gathering = batch = makeBatch(request, texts, scope)
    schedule(lane, patient ? (lane.underWay.length > 0 ? 'later' : 'turn') : alone ? 'tick' : 'turn')
    return wait(lane, batch, request, texts, scope)
  }

  const operation = (kind: Kind): OperationFetches => {
    const { patient, isPublic } = kind
    /** How often a fetch stands in the plan. */
    const times = new Map<string, { count: number }>()
    let [own, common] = [false, false]
    return {
      sender({ serviceName, operation: document, requires }) {
        const source = () => sources.get(serviceName)
        const open = isPublic.has(document)
        if (!requires && !open) return (request, _, { scope }) => source().execute(request, scope)
        if (open) common = true
        else own = true
        // Under its name in the plan, which has the fetch's number in it, no two would be the same.
        const key = `${serviceName} ${document.replace(/^query\s+\w+/, 'query')}`
        const used = times.get(key) ?? { count: 0 }
        times.set(key, used)
        used.count++
        return (request, texts, { scope, visit }) => {
          const party = open ? visit?.everybody : visit?.party
          if (!visit || !party) return source().execute(request, scope)
          const alone = party.visits === 1
          if (alone && used.count === 1 && !patient) return source().execute(request, scope)
          const others = othersOf(request, texts)
          const lane = laneOf(party, others === '' ? key : `${key}\n${others}`, serviceName, open)
          return share(lane, kind, alone, visit.began, request, texts, scope)
        }
      },
      enter({ context, forwarded }) {
        if (!own && !common) return null
        const headers = isEmpty(forwarded) ? '' : JSON.stringify(forwarded)
        // JSON has no line breaks in it.
        const key = own ? `${headers}\n${identityOf(context)}` : ''
        return {
          began: ++clock,
          party: own ? join(key) : null,
          everybody: common ? join(headers) : null,
          keys: [key, headers],
        }
      },
      leave(visit) {
        if (!visit) return
        part(visit.party, visit.keys[0])
        part(visit.everybody, visit.keys[1])
      },
    }
  }

  return {
    ofQuery: () => operation({ joins: true, patient: false, isPublic: NONE }),
    ofMutation: () => operation({ joins: false, patient: false, isPublic: NONE }),
    ofEvents: (isPublic) => operation({ joins: true, patient: true, isPublic }),
  }
}

/** The variables that must be equal. */
function othersOf({ variables }: Outgoing, texts: Texts): string {
  if (!variables) return ''
  if (!texts) return writeJson(variables)
  const { representations: _, ...others } = variables
  return isEmpty(others) ? '' : writeJson(others)
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const _ in record) return false
  return true
}

const isPersonal = (error: unknown): boolean => PERSONAL.has(refusalOf(error)?.code ?? '')
