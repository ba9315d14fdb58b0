import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'

/**
 * The three subgraphs that every gateway of a bench stands before, in the syntax of Federation 1, which is all that
 * Mercurius reads; with `federation2` in front they compose as Federation 2.
 */
export const subgraphs = {
  chat: `
    extend type Query {
      conversations(viewer: ID!, first: Int!): [Conversation!]!
      messages(viewer: ID!, first: Int!): [Message!]!
    }
    type Conversation {
      id: ID!
      title: String!
      unread: Int!
      lastMessage: Message!
    }
    type Message {
      id: ID!
      sequence: Int!
      text: String!
      sentAt: String!
      sender: User!
    }
    extend type User @key(fields: "id") {
      id: ID! @external
    }
    extend type Subscription {
      inbox(viewer: ID!): Message!
      room(id: ID!): Message! @cacheControl(scope: PUBLIC)
    }`,
  users: `
    extend type Query {
      greeting(viewer: ID!): String!
    }
    type User @key(fields: "id") {
      id: ID!
      displayName: String!
      avatarUrl: String!
    }`,
  groups: `
    extend type Query {
      groupCount: Int!
    }
    extend type User @key(fields: "id") {
      id: ID! @external
      role: String!
      online: Boolean!
    }`,
}

const cacheControl = `
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean)
    on FIELD_DEFINITION | OBJECT | INTERFACE | UNION`

const federation2 = (name) =>
  name === 'chat'
    ? `extend schema
        @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@composeDirective"])
        @link(url: "https://specs.parley.dev/cache-control/v0.1", import: ["@cacheControl"])
        @composeDirective(name: "@cacheControl")
      ${cacheControl}`
    : 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external"])'

/** What a subgraph itself is built from: what Federation 1 has no word for is left out. */
export const federation1 = (name) => subgraphs[name].replaceAll(/ @cacheControl\([^)]*\)/g, '')

export function composeWorld(urls) {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({
      name,
      url: urls[name],
      typeDefs: parse(`${federation2(name)}\n${sdl}`),
    })),
  )
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'))
  return supergraphSdl
}

const pad = (number) => String(number).padStart(4, '0')

/** Message number `index` of somebody's; its sender is somebody of their own. */
export function message(viewer, index) {
  return {
    __typename: 'Message',
    id: `01990000-0000-7000-8000-${viewer.padStart(6, '0')}${String(index).padStart(6, '0')}`,
    sequence: index,
    text: `Shall we meet at ${pad(index)} by the old bridge? I bring the papers, you bring the coffee.`,
    sentAt: '2026-01-01T12:00:00.000Z',
    sender: { __typename: 'User', id: `${viewer}-${pad(index)}` },
  }
}

export function conversations(viewer, count) {
  return Array.from({ length: count }, (_, index) => ({
    id: `c-${viewer}-${pad(index)}`,
    title: `Conversation ${pad(index)}`,
    unread: index % 7,
    lastMessage: message(viewer, index),
  }))
}

export const messages = (viewer, count) => Array.from({ length: count }, (_, index) => message(viewer, index))

export const greeting = (viewer) => `Good morning, ${viewer}`
export const displayName = (id) => `Person ${id}`
export const avatarUrl = (id) => `https://pictures.example.org/${id}.webp`
export const role = (id) => (id.endsWith('0') ? 'ADMIN' : 'MEMBER')
export const online = (id) => id.charCodeAt(id.length - 1) % 2 === 0
