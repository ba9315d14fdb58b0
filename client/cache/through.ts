import type { InboxEventFields, Scene } from './scene.ts'
import { changesOf } from './changes.ts'
import { type CachedConnection, type CachedNode, type NormalizedCache, ROOT } from './normalized.ts'
import { embedded, type Place, placeOf } from './places.ts'
import { orderOf } from './order.ts'
import { type Change, eachOnce, type Fields, type ListEdit, type Missing, type Ref, refOf } from './state.ts'

/** Events written into a cache of another library. */
export interface Through {
  /** Returns what must be loaded: conversations and messages. Lists that are not known any more are dropped. */
  handle(event: InboxEventFields): Missing[]
  write(changes: readonly Change[]): Missing[]
  /** The cache begins anew. */
  reset(): void
}

/** What the client notes beside the cache, to tell late events from new ones. */
interface Note {
  readonly preferencesUpTo?: number
  readonly clearedUpTo?: number
  readonly isHidden?: boolean
  /** The conversation's `lastSequence` as events wrote it: with another one, a query has answered since. */
  readonly asOf?: number
}

/** Entities that events noted something of. Beyond it the oldest notes go, which only very late events need. */
const MAX_NOTES = 10_000

/** Entities that changes write; the others are of lists that no query shows. */
const WRITTEN = new Set(['Conversation', 'Message', 'Group', 'User', 'ScheduledMessage', 'Session', 'Device'])
/** Of these an event says a part: what the app's queries did not select is not made up. */
const IN_PART = new Set(['Conversation', 'Group'])

/** What is missing of a list is asked for again by whoever shows the list. */
const lists: Readonly<Record<string, { readonly field: string; of(id: string): Ref }>> = {
  GroupMembers: { field: 'members', of: (id) => refOf('Group', id) },
  GroupJoinRequests: { field: 'joinRequests', of: (id) => refOf('Group', id) },
  GroupInvites: { field: 'groupInvites', of: () => ROOT },
}

/** Stands for preferences that the app's queries did not select. */
const NO_PREFERENCES = { muted: false, mutedUntil: null, archived: false, deleted: false }

const typeOf = (ref: Ref): string => ref.slice(0, ref.indexOf(':'))

const toEntity = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  const [__typename, id] = value.split(':')
  return { __typename, id }
}

export function openThrough(cache: NormalizedCache, viewerId: string): Through {
  const notes = new Map<Ref, Note>()
  const note = (ref: Ref, said: Note) => {
    const before = notes.get(ref)
    notes.delete(ref)
    notes.set(ref, { ...before, ...said })
    const [oldest] = notes.keys()
    if (notes.size > MAX_NOTES && oldest !== undefined) notes.delete(oldest)
  }

  const connectionsOf = ({ parent, field }: Place) => cache.connections(parent, field)

  const refsIn = (list: string): Ref[] | undefined => {
    const place = placeOf(list, viewerId)
    const all = place && connectionsOf(place)
    if (!all?.length) return undefined
    return [...new Set(all.flatMap(({ nodes }) => nodes.flatMap((node) => place?.refOf(node) ?? [])))]
  }

  const conversation = (ref: Ref, fields: Fields): Fields | undefined => {
    const { lastSequence } = fields
    // With less than that it was only named, as where a message belongs.
    if (typeof lastSequence !== 'number') return undefined
    const { preferencesUpTo, clearedUpTo = 0, asOf } = notes.get(ref) ?? {}
    const listed = refsIn(`messages:${ref.slice('Conversation:'.length)}`)?.at(-1)
    const lastListed = (listed && cache.read(listed)?.['sequence']) ?? 0
    return {
      preferences: NO_PREFERENCES,
      unreadCount: 0,
      readUpTo: 0,
      lastActiveAt: '',
      ...fields,
      preferencesUpTo: asOf === lastSequence ? preferencesUpTo : lastSequence,
      listedUpTo: Math.max(Number(lastListed), clearedUpTo),
      clearedUpTo,
    }
  }

  const entity = (ref: Ref): Fields | undefined => {
    const fields = cache.read(ref)
    if (!fields) return undefined
    if (typeOf(ref) === 'Conversation') return conversation(ref, fields)
    // With nothing but its id it was only named.
    if (!Object.keys(fields).some((name) => name !== '__typename' && name !== 'id')) return undefined
    return { ...fields, ...(notes.get(ref)?.isHidden === true && { isHidden: true }) }
  }

  /** What `changesOf` looks at. A list that nobody asked for counts as there: it need not be loaded. */
  const scene: Scene = {
    viewerId,
    state: {
      entities: { get: entity, has: (ref) => entity(ref) !== undefined },
      lists: {
        get: refsIn,
        has(list) {
          const place = placeOf(list, viewerId)
          return !place || connectionsOf(place) !== null
        },
      },
    },
  }

  function write(changes: readonly Change[], isEdit = false): Missing[] {
    const missing: Missing[] = []
    /** What was said of things without an id, for the lists that get them. */
    const said = new Map<Ref, Fields>()
    const touched = new Set<Ref>()

    const fieldsOf = (ref: Ref): Fields => said.get(ref) ?? cache.read(ref) ?? {}

    const insert = (place: Place, connection: CachedConnection, edit: Extract<ListEdit, { insert: Ref }>) => {
      const { insert: ref, at } = edit
      const isFiltered = Object.values(connection.filter).some((value) => value != null)
      const belongs = isFiltered ? place.belongs?.(connection.filter, fieldsOf(ref)) : true
      if (belongs === undefined) return connection.drop()
      const before = connection.nodes.findIndex((node) => place.refOf(node) === ref)
      const others = connection.nodes.filter((_, index) => index !== before)
      const leaveOut = () => {
        if (before >= 0) connection.set(others)
      }
      if (!belongs) return leaveOut()
      const index = indexFor(place, others, edit, fieldsOf)
      // There it may belong to a page that is not loaded.
      const isBeyond =
        (index === others.length && connection.hasNext) || (index === 0 && connection.hasPrevious && at !== 'end')
      if (isBeyond) return leaveOut()
      if (index === before) return
      const node = connection.nodes[before] ?? place.nodeOf(ref, said.get(ref) ?? {})
      connection.set(others.toSpliced(index, 0, node))
    }

    const editList = (edit: ListEdit) => {
      const place = placeOf(edit.list, viewerId)
      if (!place) return
      if ('drop' in edit) return cache.deny(place.parent, place.field)
      for (const connection of connectionsOf(place) ?? []) {
        const { nodes } = connection
        if ('insert' in edit) insert(place, connection, edit)
        else if ('remove' in edit) {
          const gone = new Set<Ref | undefined>(edit.remove)
          const left = nodes.filter((node) => !gone.has(place.refOf(node)))
          if (left.length < nodes.length) connection.set(left)
        } else if (connection.hasNext || nodes.length > edit.set.length + 1) connection.drop()
        else connection.set(edit.set)
      }
    }

    const mergeNode = (ref: Ref, fields: Fields) => {
      said.set(ref, { ...said.get(ref), ...fields })
      const [type = '', groupId = ''] = ref.split(':')
      const place = placeOf(`${embedded[type]}:${groupId}`, viewerId)
      for (const connection of (place && connectionsOf(place)) ?? []) {
        const { nodes } = connection
        const known = nodes.find((node) => place?.refOf(node) === ref)
        if (known === undefined || typeof known === 'string') continue
        const selected = Object.entries(fields).filter(([name]) => name in known)
        connection.set(nodes.map((node) => (node === known ? { ...known, ...Object.fromEntries(selected) } : node)))
      }
    }

    const merge = (ref: Ref, given: Fields) => {
      const type = typeOf(ref)
      if (type in embedded) return mergeNode(ref, given)
      if (!WRITTEN.has(type)) return
      const { preferencesUpTo, clearedUpTo, isHidden, listedUpTo: _, ...fields } = given
      if (isHidden === true) note(ref, { isHidden })
      const known = entity(ref)
      if (!known && IN_PART.has(type)) return
      if (type === 'Conversation' && known) {
        note(ref, {
          preferencesUpTo: Number(preferencesUpTo ?? known['preferencesUpTo']),
          asOf: Number(fields['lastSequence'] ?? known['lastSequence']),
          ...(typeof clearedUpTo === 'number' && { clearedUpTo }),
        })
      }
      const stored = cache.read(ref) ?? {}
      const changed = Object.entries(fields).filter(([name, value]) => {
        if (stored[name] === value) return false
        // A message that is known without its reactions may have some. Those to a new one are told after it.
        return (!IN_PART.has(type) && !(isEdit && name === 'reactions')) || name in stored
      })
      if (changed.length === 0) return
      if (type === 'Conversation') touched.add(ref)
      cache.write(ref, Object.fromEntries(changed.map(([name, value]) => [name, encode(name, value)])))
    }

    for (const change of changes) {
      if ('missing' in change) {
        const list = lists[change.missing]
        if (list) cache.drop(list.of(change.id), list.field)
        else missing.push(change)
        // It answered null while the viewer was no member.
        if (change.missing === 'Conversation') cache.drop(ROOT, 'group', { id: change.id })
      } else if ('list' in change) editList(change)
      else if ('forget' in change) {
        notes.delete(change.forget)
        if (WRITTEN.has(typeOf(change.forget))) cache.forget(change.forget)
      } else merge(change.merge, change.fields)
    }
    // What they are filtered by may have changed.
    for (const ref of touched) {
      const isDeleted = (entity(ref)?.['preferences'] as { readonly deleted?: unknown } | undefined)?.deleted === true
      const list = 'conversations'
      editList(isDeleted ? { list, remove: [ref] } : { list, insert: ref, at: 'order' })
    }
    if (touched.size > 0) for (const field of ['unreadCounts', 'conversationCount']) cache.drop(ROOT, field)
    return eachOnce(missing)
  }

  return {
    handle: (event) => write(changesOf(event, scene), event.__typename === 'MessageEdited'),
    write: (changes) => write(changes),
    reset: () => notes.clear(),
  }
}

/** The types of objects within events, which the document leaves out: with them it would be too large for the server. */
const TYPES: Readonly<Record<string, string>> = {
  device: 'Device',
  draft: 'Draft',
  media: 'Media',
  mentions: 'Mentions',
  notifications: 'NotificationSettings',
  preferences: 'ConversationPreferences',
  privacy: 'PrivacySettings',
  quietHours: 'QuietHours',
  reactions: 'MessageReaction',
  refusal: 'ScheduledMessageRefusal',
  settings: 'Settings',
  viewerMembership: 'GroupMember',
}

/** As the cache takes it: with the type of each object, and with entities in place of references. */
function encode(name: string, value: unknown): unknown {
  if (name === 'lastMessage' || name === 'sender') return toEntity(value)
  if (Array.isArray(value)) return value.map((item) => encode(name, item))
  const type = TYPES[name]
  if (type === undefined || typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([field, part]) => [field, encode(field, part)])
  return { __typename: type, ...(Object.fromEntries(fields) as object) }
}

/** Where something comes to stand among the others, which are in order. */
function indexFor(
  place: Place,
  others: readonly CachedNode[],
  { list, insert, at }: Extract<ListEdit, { insert: Ref }>,
  fieldsOf: (ref: Ref) => Fields,
): number {
  if (at === 'start') return 0
  if (at === 'end') return others.length
  const compare = orderOf(list)
  const own = fieldsOf(insert)
  const isBefore = (index: number) => {
    const node = others[index]
    const ref = node === undefined ? undefined : place.refOf(node)
    return ref !== undefined && compare(fieldsOf(ref), own) < 0
  }
  // New messages come last.
  if (others.length === 0 || isBefore(others.length - 1)) return others.length
  let [low, high] = [0, others.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}
