import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import {
  AccountDocument,
  ContactsDocument,
  ConversationDocument,
  ConversationsDocument,
  GroupInvitesDocument,
  GroupJoinRequestsDocument,
  GroupMembersDocument,
  ScheduledMessagesDocument,
} from '../../../client/generated/operations.ts'
import { LAST } from './screens.ts'

/** A query that a screen shows. */
export interface Shown {
  readonly name: string
  readonly document: TypedDocumentNode<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>
  readonly variables: Readonly<Record<string, unknown>>
}

const shown = <Data, Variables>(name: string, document: TypedDocumentNode<Data, Variables>, variables: Variables) =>
  // The test compares answers, whatever their type.
  ({ name: `${name} ${JSON.stringify(variables)}`, document, variables }) as unknown as Shown

/** The screens that do not show one conversation. The lists with filters come and go as a conversation changes. */
export const lists: readonly Shown[] = [
  shown('conversations', ConversationsDocument, { first: 100 }),
  ...[{ archived: true }, { archived: false }, { unread: true }, { favorite: true, kind: 'GROUP' as const }].map(
    (filter) => shown('conversations', ConversationsDocument, { first: 100, filter }),
  ),
  shown('invites', GroupInvitesDocument, { first: 100 }),
  shown('scheduled', ScheduledMessagesDocument, { first: 100 }),
  shown('account', AccountDocument, {}),
  shown('contacts', ContactsDocument, {}),
]

export const screensOf = (id: string): readonly Shown[] => [
  shown('conversation', ConversationDocument, { id, last: LAST }),
  shown('members', GroupMembersDocument, { id, first: 100 }),
  shown('requests', GroupJoinRequestsDocument, { id, first: 100 }),
  shown('scheduled', ScheduledMessagesDocument, { first: 100, conversationId: id }),
]

type Node = Readonly<Record<string, unknown>>

/** The ids of the conversations in an answer of `Conversations`. */
export function conversationIds(answer: unknown): string[] {
  const { conversations } = (answer ?? {}) as { conversations?: { edges: { node: { id: string } }[] } }
  return conversations?.edges.map(({ node }) => node.id) ?? []
}

/** Where two answers differ, by the path to it. Cursors are left out: they are places of pages, and not shown. */
export function compare(have: unknown, fresh: unknown, path: string): string[] {
  if (isNode(have) && isNode(fresh)) {
    const names = new Set([...Object.keys(have), ...Object.keys(fresh)])
    for (const name of ['pageInfo', 'cursor']) names.delete(name)
    // The names of others are not told when they change.
    return [...names].flatMap((name) => compare(have[name], fresh[name], `${path}.${name}`))
  }
  if (Array.isArray(have) && Array.isArray(fresh)) {
    const [shown, wanted] = [have.slice(-LAST) as unknown[], fresh as unknown[]]
    if (shown.length === wanted.length) return wanted.flatMap((item, n) => compare(shown[n], item, `${path}[${n}]`))
  }
  return JSON.stringify(have) === JSON.stringify(fresh)
    ? []
    : [`${path}: has ${JSON.stringify(have)}, fresh ${JSON.stringify(fresh)}`]
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
