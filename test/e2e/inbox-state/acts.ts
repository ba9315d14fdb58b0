import { randomUUID } from 'node:crypto'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { parse } from 'graphql'
import { GraphError } from '../../../client/connect.ts'
import type { Signed } from '../../support/app.ts'

/** Numbers of which an act takes what it needs: each counts modulo what there is. */
export interface Drawn {
  readonly by: number
  readonly to: number
  readonly at: number
  readonly flag: boolean
}

/** What the acts have made so far, and act on. */
export interface Stage {
  readonly people: readonly Signed[]
  /** A device more for the person, signed in; it has another session. */
  signInAgain(person: number): Promise<void>
  /** The sessions of those. */
  readonly extra: { readonly person: number; readonly sessionId: string }[]
  readonly conversations: { readonly id: string; readonly isGroup: boolean }[]
  readonly messages: { readonly id: string; readonly conversationId: string; readonly sequence: number }[]
  readonly scheduled: string[]
  readonly codes: Map<string, string>
}

const EMOJI = ['👍', '🎉', '😀']

/** Refusals are a part of the game; a failure of the server is not. */
const isRefusal = (error: unknown) => error instanceof GraphError && error.code !== 'INTERNAL_SERVER_ERROR'

type Act = (stage: Stage, drawn: Drawn) => Promise<unknown>

const pick = <T>(all: readonly T[], at: number): T | undefined => all[all.length - 1 - (at % Math.max(1, all.length))]

/** What an act's answer says of what it made; each act selects its own. */
interface Made {
  readonly message: { readonly id: string; readonly sequence: number; readonly conversation: { readonly id: string } }
  readonly scheduledMessage: { readonly id: string }
  readonly group: { readonly id: string }
  readonly link: { readonly code: string }
}

async function mutate(person: Signed, field: string, input: object | null, selection: string): Promise<Made> {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input!`
  const text = input
    ? `mutation ($input: ${type}) { ${field}(input: $input) { ${selection} } }`
    : `mutation { ${field} { ${selection} } }`
  const document = parse(text) as TypedDocumentNode<Readonly<Record<string, Made>>, object>
  const answer = await person.app.mutate(document, input ? { input } : {})
  return answer[field]!
}

const who = ({ people }: Stage, n: number): Signed => people[n % people.length]!
/** Somebody else than `by`. */
const other = ({ people }: Stage, { by, to }: Drawn): Signed =>
  people[(by + 1 + (to % (people.length - 1))) % people.length]!

const ask =
  (field: string, inputOf: (stage: Stage, drawn: Drawn) => object | undefined, selection = '__typename'): Act =>
  async (stage, drawn) => {
    const input = inputOf(stage, drawn)
    return input && mutate(who(stage, drawn.by), field, input, selection)
  }

const ofMessage = (field: string, more: (drawn: Drawn) => object = () => ({})) =>
  ask(field, (stage, drawn) => {
    const message = pick(stage.messages, drawn.at)
    return message && { messageId: message.id, ...more(drawn) }
  })
const ofConversation = (field: string, more: (drawn: Drawn, stage: Stage) => object = () => ({})) =>
  ask(field, (stage, drawn) => {
    const conversation = pick(stage.conversations, drawn.at)
    return conversation && { conversationId: conversation.id, ...more(drawn, stage) }
  })
const groups = (stage: Stage) => stage.conversations.filter(({ isGroup }) => isGroup)
const ofGroup = (field: string, more: (drawn: Drawn, stage: Stage) => object = () => ({})) =>
  ask(field, (stage, drawn) => {
    const group = pick(groups(stage), drawn.at)
    return group && { groupId: group.id, ...more(drawn, stage) }
  })
const ofMember = (field: string, more: (drawn: Drawn) => object = () => ({})) =>
  ofGroup(field, (drawn, stage) => ({ userId: other(stage, drawn).userId, ...more(drawn) }))
const ofUser = (field: string) => ask(field, (stage, drawn) => ({ userId: other(stage, drawn).userId }))
const upTo = (field: string) =>
  ask(field, (stage, drawn) => {
    const message = pick(stage.messages, drawn.at)
    return message && { conversationId: message.conversationId, upTo: message.sequence }
  })
const ofScheduled = (field: string, more: object = {}) =>
  ask(field, ({ scheduled }, { at }) => {
    const id = pick(scheduled, at)
    return id === undefined ? undefined : { id, ...more }
  })

const tomorrow = (more = 0) => new Date(Date.now() + 86_400_000 + more * 60_000).toISOString()

const send = async (stage: Stage, drawn: Drawn, input: object) => {
  const text = `message ${stage.messages.length}`
  const { message } = await mutate(
    who(stage, drawn.by),
    'sendMessage',
    { text, clientMessageId: randomUUID(), ...input },
    'message { id sequence conversation { id } }',
  )
  const conversationId = message.conversation.id
  stage.messages.push({ id: message.id, sequence: message.sequence, conversationId })
  if (!stage.conversations.some(({ id }) => id === conversationId)) {
    stage.conversations.push({ id: conversationId, isGroup: false })
  }
}

/** All that is drawn from, by name; each more often the higher its weight. */
export const acts: Readonly<Record<string, readonly [weight: number, act: Act]>> = {
  send: [
    8,
    async (stage, drawn) => {
      const conversation = pick(stage.conversations, drawn.at)
      if (conversation) await send(stage, drawn, { conversationId: conversation.id })
    },
  ],
  sendDirect: [3, (stage, drawn) => send(stage, drawn, { userId: other(stage, drawn).userId })],
  editMessage: [3, ofMessage('editMessage', ({ to }) => ({ text: `edited ${to}` }))],
  deleteMessage: [3, ofMessage('deleteMessage')],
  deleteForMe: [
    2,
    ask('deleteMessagesForMe', ({ messages }, { at }) => {
      const message = pick(messages, at)
      return message && { messageIds: [message.id] }
    }),
  ],
  addReaction: [4, ofMessage('addReaction', ({ to }) => ({ emoji: EMOJI[to % EMOJI.length] }))],
  removeReaction: [2, ofMessage('removeReaction', ({ to }) => ({ emoji: EMOJI[to % EMOJI.length] }))],
  pinMessage: [3, ofMessage('pinMessage')],
  unpinMessage: [2, ofMessage('unpinMessage')],
  markRead: [3, upTo('markRead')],
  markDelivered: [1, upTo('markDelivered')],
  clearConversation: [1, ofConversation('clearConversation')],
  deleteConversation: [1, ofConversation('deleteConversation')],
  preferences: [
    3,
    ofConversation(
      'updateConversationPreferences',
      ({ to, flag }) =>
        [{ pinned: flag }, { archived: flag }, { favorite: flag }, { markedUnread: flag }, { mute: flag ? {} : null }][
          to % 5
        ]!,
    ),
  ],
  orderPins: [
    1,
    ask('orderPinnedConversations', ({ conversations }, { at }) => {
      const conversation = pick(conversations, at)
      return conversation && { conversationIds: [conversation.id] }
    }),
  ],
  saveDraft: [2, ofConversation('saveDraft', ({ flag, to }) => ({ text: flag ? `draft ${to}` : null }))],
  timer: [1, ofConversation('setDisappearingTimer', ({ flag }) => ({ seconds: flag ? 31_536_000 : null }))],
  schedule: [
    2,
    async (stage, drawn) => {
      const conversation = pick(stage.conversations, drawn.at)
      if (!conversation) return
      const input = {
        conversationId: conversation.id,
        clientMessageId: randomUUID(),
        text: 'later',
        sendAt: tomorrow(drawn.to),
      }
      const made = await mutate(who(stage, drawn.by), 'scheduleMessage', input, 'scheduledMessage { id }')
      stage.scheduled.push(made.scheduledMessage.id)
    },
  ],
  editScheduled: [1, ofScheduled('editScheduledMessage', { text: 'even later', sendAt: tomorrow(500) })],
  cancelScheduled: [1, ofScheduled('cancelScheduledMessage')],
  sendScheduled: [1, ofScheduled('sendScheduledMessageNow')],
  startTyping: [1, ofConversation('startTyping')],
  stopTyping: [0.5, ofConversation('stopTyping')],
  createGroup: [
    1,
    async (stage, drawn) => {
      const input = {
        title: `Group ${stage.conversations.length}`,
        memberIds: [other(stage, drawn).userId],
        kind: 'PUBLIC',
      }
      const { group } = await mutate(who(stage, drawn.by), 'createGroup', input, 'group { id }')
      stage.conversations.push({ id: group.id, isGroup: true })
    },
  ],
  updateGroup: [
    2,
    ofGroup(
      'updateGroup',
      ({ to, flag }) =>
        [
          { title: `Title ${to}` },
          { description: `About ${to}` },
          { slowModeSeconds: 0 },
          { whoMayInvite: flag ? 'ADMINS' : 'MEMBERS' },
          { whoMaySend: flag ? 'ADMINS' : 'MEMBERS' },
        ][to % 5]!,
    ),
  ],
  deleteGroup: [0.3, ofGroup('deleteGroup')],
  addMembers: [3, ofGroup('addGroupMembers', (drawn, stage) => ({ userIds: [other(stage, drawn).userId] }))],
  removeMember: [1, ofMember('removeGroupMember')],
  leaveGroup: [1, ofGroup('leaveGroup')],
  joinGroup: [2, ofGroup('joinGroup')],
  ban: [0.5, ofMember('banGroupMember')],
  unban: [1, ofMember('unbanGroupMember')],
  setRole: [2, ofMember('setGroupRole', ({ flag }) => ({ role: flag ? 'ADMIN' : 'MEMBER' }))],
  transfer: [0.3, ofMember('transferGroupOwnership')],
  mute: [2, ofMember('muteGroupMember', ({ flag }) => ({ until: flag ? tomorrow() : null }))],
  acceptInvite: [2, ofGroup('acceptGroupInvite')],
  declineInvite: [1, ofGroup('declineGroupInvite')],
  cancelInvite: [1, ofMember('cancelGroupInvite')],
  makeLink: [
    1,
    async (stage, drawn) => {
      const group = pick(groups(stage), drawn.at)
      if (!group) return
      const input = { groupId: group.id, needsApproval: true }
      const { link } = await mutate(who(stage, drawn.by), 'createGroupLink', input, 'link { code }')
      stage.codes.set(group.id, link.code)
    },
  ],
  askToJoin: [
    2,
    ask('joinGroup', (stage, { at }) => {
      const code = pick([...stage.codes.values()], at)
      return code === undefined ? undefined : { code }
    }),
  ],
  approveJoin: [2, ofMember('approveGroupJoinRequest')],
  declineJoin: [1, ofMember('declineGroupJoinRequest')],
  cancelJoin: [1, ofGroup('cancelGroupJoinRequest')],
  befriend: [3, ofUser('sendFriendRequest')],
  approveFriend: [2, ofUser('approveFriendRequest')],
  rejectFriend: [1, ofUser('rejectFriendRequest')],
  cancelFriend: [1, ofUser('cancelFriendRequest')],
  unfriend: [1, ofUser('removeFriend')],
  block: [0.5, ofUser('blockUser')],
  unblock: [1, ofUser('unblockUser')],
  profile: [1, ask('updateProfile', (_, { to }) => ({ bio: `Bio ${to}` }))],
  settings: [
    1,
    ask('updateSettings', (_, { flag, to }) => ({
      notifications: { level: (['ALL', 'MENTIONS', 'NONE'] as const)[to % 3] },
      privacy: { groupsFrom: flag ? 'EVERYONE' : 'NOBODY' },
    })),
  ],
  signIn: [0.3, (stage, { by }) => stage.signInAgain(by % stage.people.length)],
  endSession: [
    0.5,
    async (stage) => {
      const ended = stage.extra.shift()
      if (ended)
        await mutate(who(stage, ended.person), 'revokeSessions', { sessionIds: [ended.sessionId] }, '__typename')
    },
  ],
}

/** Returns whether it was done: the server may refuse it. */
export async function perform(name: string, stage: Stage, drawn: Drawn): Promise<boolean> {
  try {
    await acts[name]![1](stage, drawn)
    return true
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  }
}
