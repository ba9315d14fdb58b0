import type { Sql } from '../sql/sql.ts'
import type { LoggedEvent } from './eventlog.ts'
import type { Position } from './position.ts'

/** A user's device, as audiences and projections see it. */
export interface Recipient {
  readonly userId: string
  readonly deviceId: string
}

/** What an audience is looked up by: the event's key, as of its position. */
export interface Addressed {
  readonly key: string
  readonly position: Position
}

/**
 * Who is concerned by each event as of its position, in the order of the events. With `among`, only those of these users.
 * Consumer and replay ask the same function, so that nobody gets live what a resume would not give.
 */
export type FindAudience = (
  sql: Sql,
  events: readonly Addressed[],
  among: readonly string[] | null,
) => Promise<string[][]>

export type Audience<Payload> =
  /** It is kept for audit and for other readers of the log; no stream gets it. */
  | { readonly of: 'nobody' }
  /** A published SQL function knows them: participants of a conversation, members of a group. */
  | { readonly of: 'position'; readonly find: FindAudience }
  /** The event names them. */
  | { readonly of: 'users'; users(payload: Payload): readonly string[] }

/** What a push shows, the same for every device of an event. */
export interface PushText {
  readonly title: string
  readonly body: string
  /** What the app needs to fetch the thing: ids only. */
  readonly data: Readonly<Record<string, string>>
}

export interface PushRule<Payload> {
  /** The name of the rule that keeps the push from this recipient, or null: it is pushed when no stream gets it. */
  withheldFrom(payload: Payload, userId: string): string | null
  /** The texts, in the order of the payloads; one statement for all of them. */
  describe(sql: Sql, payloads: readonly Payload[]): Promise<PushText[]>
  /** For an event whose payload makes no sense: it says that there is something, and where. */
  describeUnreadable(key: string): PushText
}

/** One event as a GraphQL type of the inbox: the type's name and its fields; entities are `{ id }`. */
export type Projection = { readonly __typename: string } & Readonly<Record<string, unknown>>

/**
 * A kind of event: all that those who carry events need to know of it. The room that appends it declares it in its
 * `events.ts`; `roles/event-kinds.ts` puts the rooms' kinds together. Relay, consumer, inbox and replay ask the registry and
 * name no kind.
 */
export interface EventKind<Payload = unknown> {
  /** `<room>.<PastTense>`, such as `chat.MessageSent`. */
  readonly name: string
  /** What its events are ordered by; its id is the event's key. */
  readonly orderedBy: 'conversation' | 'group' | 'user'
  readonly audience: Audience<Payload>
  /** Null where the payload is none of this kind: the event is parked. */
  parse(payload: unknown): Payload | null
  /** What one recipient sees of it. Kinds with an audience have one. */
  project?(payload: Payload, viewer: Recipient): Projection
  /**
   * The name of this viewer's view: the projection is the same for all viewers with the same name, and can be made once
   * for all of them. Default: each viewer has a view of its own.
   */
  view?(payload: Payload, viewer: Recipient): string
  /** Devices of the audience that it does not concern, such as the one that made the change. Default: none. */
  isFrom?(payload: Payload, viewer: Recipient): boolean
  /** Kinds without a rule are never pushed. */
  readonly push?: PushRule<Payload>
  /** Which write has to be finished before anybody hears of it: the name of a function that `roles/` hands to the relay. */
  readonly finishedBy?: 'messages'
}

/** An event together with its kind; the payload was parsed. */
export interface KnownEvent {
  readonly kind: EventKind
  readonly payload: unknown
}

/** The registry of kinds. */
export interface Kinds {
  /** Undefined for a kind that nobody declared: it comes from a newer version. */
  find(name: string): EventKind | undefined
  /** Whether the kind is declared and has an audience. */
  isDelivered(name: string): boolean
  /** Null where the kind is not declared, is not delivered, or the payload is none of its kind. */
  read(event: { readonly kind: string; readonly payload: unknown }): KnownEvent | null
  /** As `FindAudience`, for events of any kinds; nobody for those that `read` gives null for, unless SQL knows them. */
  recipients(sql: Sql, events: readonly LoggedEvent[], among?: readonly string[]): Promise<string[][]>
  readonly all: readonly EventKind[]
}

/** Throws where two kinds have one name. */
export function makeKinds(declared: readonly EventKind[]): Kinds {
  const byName = new Map(declared.map((kind) => [kind.name, kind]))
  for (const kind of declared) {
    if (byName.get(kind.name) !== kind)
      throw new Error(`Two rooms declare the kind ${kind.name}: give one another name.`)
    if (kind.audience.of !== 'nobody' && !kind.project)
      throw new Error(`The kind ${kind.name} has an audience and no projection: nobody could be shown it.`)
  }

  const named = ({ kind, payload }: LoggedEvent, audience: Audience<unknown> & { of: 'users' }): readonly string[] => {
    const parsed = byName.get(kind)?.parse(payload) ?? null
    return parsed === null ? [] : audience.users(parsed)
  }

  return {
    all: declared,
    find: (name) => byName.get(name),
    isDelivered: (name) => (byName.get(name)?.audience.of ?? 'nobody') !== 'nobody',
    read({ kind: name, payload }) {
      const kind = byName.get(name)
      if (!kind || kind.audience.of === 'nobody') return null
      const parsed = kind.parse(payload)
      return parsed === null ? null : { kind, payload: parsed }
    },
    async recipients(sql, events, among) {
      const found = events.map((): string[] => [])
      if (among?.length === 0) return found
      const allowed = among && new Set(among)
      /** Kinds that ask the same function share its call. */
      const calls = new Map<FindAudience, number[]>()
      for (const [at, event] of events.entries()) {
        const audience = byName.get(event.kind)?.audience
        if (audience?.of === 'users') {
          found[at] = named(event, audience).filter((userId) => allowed?.has(userId) ?? true)
        } else if (audience?.of === 'position') {
          calls.set(audience.find, [...(calls.get(audience.find) ?? []), at])
        }
      }
      await Promise.all(
        [...calls].map(async ([find, places]) => {
          const asked = places.map((at) => events[at]!) // places are indexes of events
          const answers = await find(sql, asked, among ?? null)
          for (const [index, at] of places.entries()) found[at] = answers[index] ?? []
        }),
      )
      return found
    },
  }
}
