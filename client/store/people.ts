/** Lists that are loaded as a whole, or by pages, and then kept by events: members, contacts, the viewer's account and others. */
import {
  type Change,
  lists,
  loadAccount,
  loadContacts,
  loadGroupInvites,
  loadJoinRequests,
  loadMembers,
  loadMessage,
  loadScheduled,
  type Missing,
  refOf,
} from '../cache/index.ts'
import {
  AccountDocument,
  ContactsDocument,
  GroupInvitesDocument,
  GroupJoinRequestsDocument,
  GroupMembersDocument,
  type GroupMembersQuery,
  MessageDocument,
  type ProfileFieldsFragment,
  type ScheduledMessageFieldsFragment,
  ScheduledMessagesDocument,
  type SettingsFieldsFragment,
} from '../generated/operations.ts'
import { loadingOne, loadOne, pinsName } from './conversations.ts'
import type { Core, Load, Loading } from './core.ts'
import type { Slice, ViewsOf } from './slices.ts'
import type { Reader } from './track.ts'
import { type ChatMember, type ChatMessage, type ChatUser, idOf, viewMessage, viewUser } from './views.ts'

/** Elements of one page. */
const PAGE = 100

export interface Listed<Value> extends Loading {
  readonly items: readonly Value[]
}

export interface MemberList extends Loading {
  /** In no particular order. */
  readonly members: readonly ChatMember[]
  readonly hasMore: boolean
}

export interface MembersSlice extends Slice<MemberList> {
  loadMore(): Promise<void>
}

export interface Contacts extends Loading {
  /** 100 of each at most, the newest first. */
  readonly friends: readonly ChatUser[]
  readonly incomingRequests: readonly ChatUser[]
  readonly outgoingRequests: readonly ChatUser[]
  readonly blocks: readonly ChatUser[]
}

export interface Account extends Loading {
  readonly profile:
    (Omit<ProfileFieldsFragment, '__typename'> & { readonly settings: SettingsFieldsFragment | null }) | null
}

export interface GroupInvitation {
  readonly groupId: string
  readonly title: string
  readonly by: ChatUser
}

interface WholeOptions<Data, Value, Acts> {
  readonly acts?: Acts
  readonly name: string
  /** What is there when it was loaded. */
  readonly list: string
  readonly load: Load<Data>
  make(viewsOf: ViewsOf): (reader: Reader) => Value
}

/** A slice of what one query loads as a whole. */
function whole<Data, Value, Acts extends object = object>(
  core: Core,
  { name, list, load, make, acts }: WholeOptions<Data, Value, Acts>,
): Slice<Value & Loading> & Acts {
  const run = () => core.reload(name, load)
  return core.slices.find(name, () => ({
    onWatched() {
      core.wanted.set(name, run)
      if (!core.state().lists.has(list)) void run()
    },
    onUnwatched: () => void core.wanted.delete(name),
    ...(acts && { acts }),
    make(viewsOf: ViewsOf) {
      const made = make(viewsOf)
      return (reader: Reader) => {
        const { isLoading = reader.list(list) === undefined, error } = reader.fact<Loading>(core.loadingOf(name)) ?? {}
        return { ...made(reader), isLoading, error }
      }
    },
  }))
}

const membersName = (groupId: string) => `members ${groupId}`
const joinRequestsName = (groupId: string) => `join requests ${groupId}`
const invitesName = 'group invites'

const scene = (core: Core) => ({ viewerId: core.viewerId, state: core.state() })

export function members(core: Core, groupId: string): MembersSlice {
  const name = membersName(groupId)
  const list = lists.members(groupId)
  const reachRef = refOf('Reach', name)
  const loadPage = (after: string | null): Load<GroupMembersQuery> => ({
    ask: () => core.app.query(GroupMembersDocument, { id: groupId, first: PAGE, after }),
    write(answer) {
      const { pageInfo } = answer.group?.members ?? {}
      const before = after === null ? [] : (core.state().lists.get(list) ?? [])
      const known = new Set(before)
      const changes = loadMembers(answer).map((change): Change =>
        'set' in change ? { list, set: [...before, ...change.set.filter((ref) => !known.has(ref))] } : change,
      )
      const cursor = pageInfo?.hasNextPage === true ? (pageInfo.endCursor ?? null) : null
      // Who may not see the members has an empty list.
      const none: Change[] = pageInfo ? [] : [{ list, set: [] }]
      return [...changes, ...none, { merge: reachRef, fields: { cursor } }]
    },
  })
  const cursorNow = () => (core.state().entities.get(reachRef)?.['cursor'] ?? null) as string | null
  return whole(core, {
    name,
    list,
    acts: {
      async loadMore() {
        const cursor = cursorNow()
        if (cursor !== null) await core.load(name, loadPage(cursor))
      },
    },
    load: loadPage(null),
    make(viewsOf) {
      const views = viewsOf((ref, reader): ChatMember | undefined => {
        const known = reader.entity(ref) as (Omit<ChatMember, 'user'> & { readonly userId: string }) | undefined
        return known && { user: viewUser(reader, known.userId), role: known.role, mutedUntil: known.mutedUntil }
      })
      return (reader) => ({
        members: views.all(reader.list(list) ?? []),
        hasMore: reader.entity(reachRef)?.['cursor'] != null,
      })
    },
  })
}

const usersOf = (viewsOf: ViewsOf) => viewsOf((ref, reader) => viewUser(reader, idOf(ref)))

/** For the owner and the admins of a group. */
export const joinRequests = (core: Core, groupId: string): Slice<Listed<ChatUser>> =>
  whole(core, {
    name: joinRequestsName(groupId),
    list: lists.joinRequests(groupId),
    load: {
      ask: () => core.app.query(GroupJoinRequestsDocument, { id: groupId, first: PAGE }),
      write: (answer) => {
        const changes = loadJoinRequests(answer)
        return changes.length > 0 ? changes : [{ list: lists.joinRequests(groupId), set: [] }]
      },
    },
    make(viewsOf) {
      const users = usersOf(viewsOf)
      return (reader) => ({ items: users.all(reader.list(lists.joinRequests(groupId)) ?? []) })
    },
  })

export const groupInvites = (core: Core): Slice<Listed<GroupInvitation>> =>
  whole(core, {
    name: invitesName,
    list: lists.groupInvites,
    load: { ask: () => core.app.query(GroupInvitesDocument, { first: PAGE }), write: loadGroupInvites },
    make(viewsOf) {
      const views = viewsOf((ref, reader): GroupInvitation | undefined => {
        const known = reader.entity(ref) as { groupId: string; title: string; byId: string } | undefined
        return known && { groupId: known.groupId, title: known.title, by: viewUser(reader, known.byId) }
      })
      return (reader) => ({ items: views.all(reader.list(lists.groupInvites) ?? []) })
    },
  })

export const scheduledMessages = (core: Core): Slice<Listed<ScheduledMessageFieldsFragment>> =>
  whole(core, {
    name: 'scheduled',
    list: lists.scheduled,
    load: { ask: () => core.app.query(ScheduledMessagesDocument, { first: PAGE }), write: loadScheduled },
    make(viewsOf) {
      const views = viewsOf((ref, reader) => reader.entity(ref) as ScheduledMessageFieldsFragment | undefined)
      return (reader) => ({ items: views.all(reader.list(lists.scheduled) ?? []) })
    },
  })

export const contacts = (core: Core): Slice<Contacts> =>
  whole(core, {
    name: 'contacts',
    list: lists.friends,
    load: { ask: () => core.app.query(ContactsDocument, {}), write: loadContacts },
    make(viewsOf) {
      const [friends, incoming, outgoing, blocked] = [viewsOf, viewsOf, viewsOf, viewsOf].map(usersOf)
      return (reader) => ({
        friends: friends!.all(reader.list(lists.friends) ?? []),
        incomingRequests: incoming!.all(reader.list(lists.incomingRequests) ?? []),
        outgoingRequests: outgoing!.all(reader.list(lists.outgoingRequests) ?? []),
        blocks: blocked!.all(reader.list(lists.blocks) ?? []),
      })
    },
  })

export const account = (core: Core): Slice<Account> =>
  whole(core, {
    name: 'account',
    list: lists.sessions,
    load: { ask: () => core.app.query(AccountDocument, {}), write: loadAccount },
    make: () => (reader) => {
      const isLoaded = reader.list(lists.sessions) !== undefined
      const known = isLoaded ? reader.entity(refOf('User', core.viewerId)) : undefined
      return { profile: (known as Account['profile'] | undefined) ?? null }
    },
  })

/** The pinned messages of a conversation, the last pinned first. */
export const pins = (core: Core, id: string): Slice<Listed<ChatMessage>> =>
  core.slices.find(pinsName(id), () => ({
    onWatched() {
      const load = () => loadOne(core, id)
      core.wanted.set(pinsName(id), load)
      if (!core.state().lists.has(lists.pins(id))) void load()
    },
    onUnwatched: () => void core.wanted.delete(pinsName(id)),
    make(viewsOf: ViewsOf) {
      const views = viewsOf((ref, reader) => viewMessage(reader, ref, core.viewerId))
      return (reader: Reader) => {
        const refs = reader.list(lists.pins(id))
        const { isLoading = !refs, error } = reader.fact<Loading>(loadingOne(core, id)) ?? {}
        return { items: views.all(refs ?? []), isLoading, error }
      }
    },
  }))

export interface OneMessage extends Loading {
  /** Null while it is not loaded, and if the viewer may not see it. */
  readonly message: ChatMessage | null
}

/** A single message, such as the one that another answers. */
export const oneMessage = (core: Core, id: string): Slice<OneMessage> =>
  core.slices.find(`message ${id}`, () => {
    const ref = refOf('Message', id)
    const gone = refOf('Gone', id)
    const load = () => loadOneMessage(core, id)
    return {
      onWatched() {
        core.wanted.set(`message ${id}`, load)
        if (!core.state().entities.has(ref)) void load()
      },
      onUnwatched: () => void core.wanted.delete(`message ${id}`),
      make: () => (reader: Reader) => {
        const message = viewMessage(reader, ref, core.viewerId) ?? null
        const isSettled = message !== null || reader.entity(gone) !== undefined
        const { isLoading = !isSettled, error } = reader.fact<Loading>(core.loadingOf(`message ${id}`)) ?? {}
        return { message, isLoading, error }
      },
    }
  })

const loadOneMessage = (core: Core, id: string) =>
  core.reload(`message ${id}`, {
    ask: () => core.app.query(MessageDocument, { id }),
    write: (answer) => [
      ...loadMessage(answer, id, scene(core)),
      ...(answer.message ? [] : [{ merge: refOf('Gone', id), fields: {} }]),
    ],
  })

/** Loads what an event could not tell, if a screen shows it; else it is loaded when one does. */
export function loadMissing(core: Core, { missing, id }: Missing): void {
  const wantedOr = (name: string, list: string) => {
    const load = core.wanted.get(name)
    if (load) void load()
    else if (core.state().lists.has(list)) core.write([{ list, drop: true }])
  }
  switch (missing) {
    case 'Conversation':
      return core.inBackground(`conversation ${id}`, () => loadOne(core, id))
    case 'Message':
      return core.inBackground(`message ${id}`, () => loadOneMessage(core, id))
    case 'GroupMembers':
      return wantedOr(membersName(id), lists.members(id))
    case 'GroupJoinRequests':
      return wantedOr(joinRequestsName(id), lists.joinRequests(id))
    case 'GroupInvites':
      return wantedOr(invitesName, lists.groupInvites)
  }
}
