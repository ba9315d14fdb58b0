import type { Sql } from '../sql/sql.ts'
import type { LoggedEvent } from './eventlog.ts'
import type { Position } from './position.ts'

/** A user's device, as audiences and projections see it. */
export interface ViewerDevice {
  readonly userId: string
  readonly deviceId: string
}

/** The parts of an event by which its audience is found: the members of `key` as of `position`. */
export interface Addressed {
  readonly key: string
  readonly position: Position
  /** For an audience that `differs`. */
  readonly payload?: unknown
}

/**
 * Finds the users who get each event, as of its position, in the order of the events; with `among`, only these users.
 * The consumer and a replay call the same function, so a live stream and a resumed one bring the same events.
 */
export type FindAudience = (
  sql: Sql,
  events: readonly Addressed[],
  among: readonly string[] | null,
) => Promise<string[][]>

/**
 * Finds the keys whose events after the position may have the user in their audience: no such key is left out, and others do no
 * harm. A user who was away reads the events of these keys alone.
 */
export type FindKeys = (sql: Sql, userId: string, after: Position) => Promise<readonly string[]>

export type Audience<Payload> =
  /** No stream gets the event. It is kept for audit and for other readers of the log. */
  | { readonly of: 'nobody' }
  /** A SQL function finds the users as of the event's position: participants of a conversation, members of a group. */
  | {
      readonly of: 'position'
      readonly find: FindAudience
      readonly keys: FindKeys
      /** True if the function looks at the event itself, so that two events of one key may have different users. */
      readonly differs?: true
    }
  /**
   * The event's payload names the users. If any of them is not the event's key, a trigger of the log notes them
   * (`events.note_addressed`), so that they find the event when they come back.
   */
  | {
      readonly of: 'users'
      users(payload: Payload): readonly string[]
      /**
       * The users who would be told if the event happened now, under the lock of its key. An event that could not be delivered
       * is replayed only if it names no others. Default: nobody but the user whose id is the key.
       */
      toldNow?(sql: Sql, payload: Payload): Promise<readonly string[]>
    }

/** A text, or what says it in the language of whoever reads it: a BCP 47 tag, or null for a user who named none. */
export type Saying = string | ((locale: string | null) => string)

/** The content of a push. It is the same for all devices that get a push for the event, except the language and the `special` body. */
export interface PushText {
  readonly title: Saying
  readonly body: Saying
  /** The body for users who want no texts of messages on their screens. Default: `body`. */
  readonly discreet?: Saying
  /** A device shows one notification for each key: a later one replaces the earlier one. At most 64 bytes. */
  readonly collapseKey?: string
  /** Another body for some of the users. */
  readonly special?: { readonly userIds: readonly string[]; readonly body: Saying }
  /** The ids with which the app fetches what the push is about. */
  readonly data: Readonly<Record<string, string>>
}

/** Whether a user wants a push for an event. */
export interface PushQuestion<Payload> {
  readonly payload: Payload
  readonly userId: string
}

/** A push that was decided on. */
export interface DecidedPush {
  readonly userId: string
  /** As in `PushText`. */
  readonly data: Readonly<Record<string, string>>
}

export interface PushRule<Payload> {
  /**
   * The name of the rule by which this user gets no push; null if none applies. A device with a stream gets no push
   * anyway.
   */
  withheldFrom(payload: Payload, userId: string): string | null
  /**
   * Finds out which users want no push for an event, such as those who muted its conversation: for each question the name of
   * the rule, such as MUTED, or null; in one statement for all. It is asked right before pushes are decided on, and only for
   * users who would get one. Default: every user wants it.
   */
  refusedBy?(sql: Sql, asked: readonly PushQuestion<Payload>[]): Promise<readonly (string | null)[]>
  /**
   * Finds out which decided pushes are of no use any more right before they are sent, such as those of messages that the
   * user has read meanwhile: the name of the rule, or null. Default: all are of use.
   */
  outdatedBy?(sql: Sql, asked: readonly DecidedPush[]): Promise<readonly (string | null)[]>
  /**
   * For events of which users may want to know only if they are mentioned, or not at all (`NotificationLevel`): whether this one
   * mentions the user. Default: the level does not matter.
   */
  isMention?(payload: Payload, userId: string): boolean
  /**
   * True: the push shows nothing, and takes the shown notification with its `collapseKey` away, if that carried at least the
   * ids in its `data`. It is sent to no other devices.
   */
  readonly withdraws?: true
  /** Makes the texts, in the order of the payloads, with one statement for all. */
  describe(sql: Sql, payloads: readonly Payload[]): Promise<PushText[]>
  /** The text for an event whose payload cannot be parsed: it says only where something happened. Default: no push. */
  describeUnreadable?(key: string): PushText
}

/** An event as a GraphQL type of the inbox: the type's name and its fields. An entity is `{ id }`. */
export type Projection = { readonly __typename: string } & Readonly<Record<string, unknown>>

/**
 * A kind of event: everything that the code which carries events needs to know about it. The room that appends it
 * declares it in an `events.ts`; `roles/event-kinds.ts` combines the kinds of all rooms. Relay, consumer, inbox and
 * replay use the registry and name no kind.
 */
export interface EventKind<Payload = unknown> {
  /** `<room>.<PastTense>`, such as `chat.MessageSent`. */
  readonly name: string
  /** Events of the same conversation, group or user keep their order; its id is the event's key. */
  readonly orderedBy: 'conversation' | 'group' | 'user'
  readonly audience: Audience<Payload>
  /**
   * True if no event of this kind begins or ends anybody's membership of its key. Then the audience that a SQL function
   * found for the key stays the same after it. Default: the event may change it.
   */
  readonly keepsMembers?: true
  /** True if payloads of this kind are replaced in the log, when what they say is deleted. Default: a payload stays. */
  readonly isRewritten?: true
  /** Returns null for a payload that does not fit this kind: the event is then parked. */
  parse(payload: unknown): Payload | null
  /** Returns what one recipient sees of the event. Required for a kind with an audience. */
  project?(payload: Payload, viewer: ViewerDevice): Projection
  /**
   * The name of this viewer's view: the projection is the same for all viewers with the same name, and can be made once
   * for all of them. Default: each viewer has a view of its own.
   */
  view?(payload: Payload, viewer: ViewerDevice): string
  /** Whether the event comes from this device, which then does not get it. Default: no device is left out. */
  isFrom?(payload: Payload, viewer: ViewerDevice): boolean
  /** Without it, events of this kind cause no push. */
  readonly push?: PushRule<Payload>
  /**
   * The write that must be finished before the relay publishes the event: the name of a function from `roles/event-
   * kinds.ts`.
   */
  readonly finishedBy?: 'messages'
}

/** The kind of an event, and its parsed payload. */
export interface KnownEvent {
  readonly kind: EventKind
  readonly payload: unknown
}

/** The registry of all kinds. */
export interface Kinds {
  /** Undefined for a kind that no room declares: a newer version appended the event. */
  find(name: string): EventKind | undefined
  /** Whether the kind is declared and has an audience. */
  isDelivered(name: string): boolean
  /**
   * The function that finds the audience of this kind, if it is the key's, and no event of the kind changes it; otherwise null. Its answer for
   * one event is the answer for each later one with the same key, until an event of another kind comes for the key.
   */
  steadyAudience(name: string): FindAudience | null
  /** Whether no event of the kind begins or ends a membership of its key. */
  keepsMembers(name: string): boolean
  /** Null if the kind is not declared or has no audience, or if the payload does not fit it. */
  read(event: { readonly kind: string; readonly payload: unknown }): KnownEvent | null
  /**
   * Like `FindAudience`, for events of any kinds. An event of an unknown kind, or whose payload should name the users
   * but does not fit its kind, has no recipients.
   */
  recipients(sql: Sql, events: readonly LoggedEvent[], among?: readonly string[]): Promise<string[][]>
  /** The keys of all events after the position whose audience a SQL function finds and may contain the user, and the user's own key. */
  keysOf(sql: Sql, userId: string, after: Position): Promise<string[]>
  readonly all: readonly EventKind[]
}

/** Throws if two kinds have the same name, or if a kind with an audience has no projection. */
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
    // A payload may name a user twice, who gets the event once.
    return parsed === null ? [] : [...new Set(audience.users(parsed))]
  }

  return {
    all: declared,
    find: (name) => byName.get(name),
    isDelivered: (name) => (byName.get(name)?.audience.of ?? 'nobody') !== 'nobody',
    steadyAudience(name) {
      const kind = byName.get(name)
      if (!kind?.keepsMembers || kind.audience.of !== 'position' || kind.audience.differs) return null
      return kind.audience.find
    },
    keepsMembers: (name) => byName.get(name)?.keepsMembers ?? false,
    async keysOf(sql, userId, after) {
      const audiences = declared.flatMap(({ audience }) => (audience.of === 'position' ? [audience.keys] : []))
      const found = await Promise.all([...new Set(audiences)].map((keys) => keys(sql, userId, after)))
      return [...new Set([userId, ...found.flat()])]
    },
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
      /** For each function the indexes of its events: kinds with the same function share one call. */
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
