import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'

/**
 * The three subgraphs that every gateway of a bench stands before, in the syntax of Federation 1, which is all that
 * Mercurius reads; with `federation2` in front they compose as Federation 2. What is marked PUBLIC is the same for
 * whoever may see it.
 */
const subgraphs = {
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
    type Message @cacheControl(scope: PUBLIC) {
      id: ID!
      sequence: Int!
      text: String!
      sentAt: String!
      sender: User!
      group: Group!
    }
    extend type Group @key(fields: "id") @cacheControl(scope: PUBLIC) {
      id: ID! @external
    }
    extend type User @key(fields: "id") @cacheControl(scope: PUBLIC) {
      id: ID! @external
    }
    extend type Subscription {
      inbox(viewer: ID!): Message! @cacheControl(scope: PRIVATE)
      room(id: ID!): Message! @cacheControl(scope: PUBLIC)
    }`,
  users: `
    extend type Query {
      greeting(viewer: ID!): String!
    }
    type User @key(fields: "id") @cacheControl(scope: PUBLIC) {
      id: ID!
      displayName: String!
      avatarUrl: String!
    }`,
  groups: `
    extend type Query {
      groupCount: Int!
    }
    type Group @key(fields: "id") @cacheControl(scope: PUBLIC) {
      id: ID!
      title: String!
      memberCount: Int!
    }`,
}

export const subgraphNames = Object.keys(subgraphs)

const federation2 = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@composeDirective"])
    @link(url: "https://specs.parley.dev/cache-control/v0.1", import: ["@cacheControl"])
    @composeDirective(name: "@cacheControl")
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean)
    on FIELD_DEFINITION | OBJECT | INTERFACE | UNION`

/** What a subgraph itself is built from: what Federation 1 has no word for is left out. */
export const federation1 = (name) => subgraphs[name].replaceAll(/ @cacheControl\([^)]*\)/g, '')

/** The supergraph of the subgraphs at these addresses. */
export function composeWorld(addresses) {
  const { supergraphSdl, errors } = composeServices(
    subgraphNames.map((name) => ({
      name,
      url: addresses[name].url,
      typeDefs: parse(`${federation2}\n${subgraphs[name]}`),
    })),
  )
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'))
  return supergraphSdl
}

/** Starts the subgraphs, a process each; gives their addresses by name and the supergraph. */
export async function startWorld(start) {
  const addresses = {}
  for (const name of subgraphNames) {
    const { url, wsUrl, controlUrl } = await start(name, `${import.meta.dirname}/subgraph.mjs`, { name })
    addresses[name] = { url, wsUrl, controlUrl }
  }
  return { subgraphs: addresses, supergraphSdl: composeWorld(addresses) }
}

const pad = (number) => String(number).padStart(6, '0')

/** Message number `index` of somebody's; its sender and its group are its own. */
export function message(viewer, index) {
  return {
    __typename: 'Message',
    id: `m-${viewer}-${pad(index)}`,
    sequence: index,
    text: `Shall we meet at ${pad(index)} by the old bridge? I bring the papers, you bring the coffee.`,
    sentAt: '2026-01-01T12:00:00.000Z',
    sender: { __typename: 'User', id: `u-${viewer}-${pad(index)}` },
    group: { __typename: 'Group', id: `g-${viewer}-${pad(index)}` },
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
export const title = (id) => `Friends of ${id}`
export const memberCount = (id) => id.charCodeAt(id.length - 1) * 10
