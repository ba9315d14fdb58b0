/** Apollo Client's cache, as `openThrough` writes into it. */
import { type InMemoryCache, isReference, type Reference } from '@apollo/client'
import { type DocumentNode, parse } from 'graphql'
import { type CachedConnection, type CachedNode, type NormalizedCache, ROOT } from '../cache/normalized.ts'
import type { Fields, Ref } from '../cache/state.ts'
import type { StoredConnection, StoredEdge } from './connections.ts'

const idOf = (ref: Ref): string => (ref === ROOT ? 'ROOT_QUERY' : ref)

/** Every field of an object in the cache, by the name that it has there. */
function fieldsOf(cache: InMemoryCache, id: string): { name: string; storedAs: string; value: unknown }[] {
  const found: { name: string; storedAs: string; value: unknown }[] = []
  cache.modify({
    id,
    fields(value: unknown, { fieldName, storeFieldName }) {
      found.push({ name: fieldName, storedAs: storeFieldName, value })
      return value
    },
  })
  return found
}

/** References are told by their ids alone; a list stays as the cache has it. */
function decode(value: unknown, depth = 1): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if (isReference(value)) return value.__ref
  if (depth === 0) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, decode(part, depth - 1)]))
}

const decodeNode = (node: StoredEdge['node']): CachedNode => decode(node) as CachedNode

const isRefText = (value: unknown): value is string => typeof value === 'string' && /^[A-Z]\w*:./.test(value)

/** Fields of nodes without an id that have an entity. */
const ENTITY_FIELDS = ['user', 'from', 'to', 'by']

function encodeNode(node: CachedNode, known: StoredEdge['node'] | undefined): StoredEdge['node'] {
  if (typeof node === 'string') return { __ref: node }
  const entities = ENTITY_FIELDS.filter((name) => isRefText(node[name]))
  return {
    ...node,
    ...known,
    ...differing(node, known),
    ...Object.fromEntries(entities.map((name) => [name, { __ref: node[name] }])),
  }
}

/** What was changed of a node since it was read. */
function differing(node: Fields, known: StoredEdge['node'] | undefined): Fields {
  const before = known && (decodeNode(known) as Fields)
  return Object.fromEntries(Object.entries(node).filter(([name, value]) => !before || !isSame(before[name], value)))
}

const isSame = (one: unknown, other: unknown) => one === other || JSON.stringify(one) === JSON.stringify(other)

/** Apollo's own way to write takes a fragment. Events have few shapes, so that few fragments are made; beyond it they are made anew. */
const MAX_FRAGMENTS = 1_000

/** Fields whose objects are JSON: whatever is in them belongs to the value. */
const JSON_FIELDS = new Set(['content', 'data'])

function selectionOf(value: unknown, name = ''): string {
  if (Array.isArray(value))
    return selectionOf(
      value.find((item) => item != null),
      name,
    )
  if (typeof value !== 'object' || value === null || JSON_FIELDS.has(name)) return ''
  const fields = Object.entries(value).map(([field, part]) => `${field}${selectionOf(part, field)}`)
  return `{${fields.join(' ')}}`
}

export function apolloCache(cache: InMemoryCache): NormalizedCache {
  const fragments = new Map<string, DocumentNode>()
  const fragmentOf = (type: string, data: object) => {
    const text = `fragment ParleyChange on ${type} ${selectionOf(data)}`
    let fragment = fragments.get(text)
    if (!fragment) {
      if (fragments.size >= MAX_FRAGMENTS) fragments.clear()
      fragments.set(text, (fragment = parse(text)))
    }
    return fragment
  }

  const connectionOf = (id: string, storedAs: string, stored: StoredConnection): CachedConnection => {
    const edges = stored.edges ?? []
    const edgeOf = new Map<CachedNode, StoredEdge>()
    const nodes = edges.map((edge) => {
      const node = decodeNode(edge.node)
      edgeOf.set(node, edge)
      return node
    })
    const edgeType = stored.__typename?.replace(/Connection$/, 'Edge')
    return {
      filter: stored.filter ?? {},
      nodes,
      hasPrevious: stored.pageInfo?.hasPreviousPage ?? false,
      hasNext: stored.pageInfo?.hasNextPage ?? false,
      set(next) {
        const made: StoredEdge[] = []
        for (const [index, node] of next.entries()) {
          const own = edgeOf.get(node)
          if (own) {
            made.push(own)
            continue
          }
          // A node that was changed stands where it stood; a new one begins where the one before it ends.
          const changed = next.length === edges.length ? edges[index] : undefined
          const near = changed ?? made.at(-1) ?? edges[0]
          made.push({
            ...(edgeType !== undefined && { __typename: edgeType }),
            ...(near && 'cursor' in near && near.cursor !== undefined && { cursor: near.cursor }),
            node: encodeNode(node, changed?.node),
          })
        }
        change(id, storedAs, () => ({ ...stored, edges: made }))
      },
      drop: () => cache.modify({ id, fields: { [storedAs]: (_: unknown, { DELETE }) => DELETE as unknown } }),
    }
  }

  const change = (id: string, storedAs: string, to: () => unknown) =>
    void cache.modify({ id, fields: { [storedAs]: () => to() } })

  const ofField = (ref: Ref, field: string) => fieldsOf(cache, idOf(ref)).filter(({ name }) => name === field)

  return {
    read(ref) {
      const found = fieldsOf(cache, idOf(ref))
      if (found.length === 0) return undefined
      const plain = found.filter(({ name, storedAs }) => name === storedAs)
      return Object.fromEntries(
        plain.map(({ name, value }) => [name, name === 'preferences' ? value : decode(value, 0)]),
      )
    },
    write(ref, fields) {
      const [type = '', id = ''] = ref.split(':')
      const data = { __typename: type, id, ...fields }
      cache.writeFragment({ id: ref, fragment: fragmentOf(type, data), data })
    },
    forget(ref) {
      cache.modify({
        id: 'ROOT_QUERY',
        fields: (value: unknown) =>
          isReference(value as Reference) && (value as Reference).__ref === ref ? null : value,
      })
      cache.evict({ id: ref })
    },
    connections(parent, field) {
      const found = ofField(parent, field)
      if (found.some(({ value }) => value === null)) return null
      return found.map(({ storedAs, value }) => connectionOf(idOf(parent), storedAs, value as StoredConnection))
    },
    deny(parent, field) {
      for (const { storedAs } of ofField(parent, field)) change(idOf(parent), storedAs, () => null)
    },
    drop(parent, field, args) {
      cache.evict({ id: idOf(parent), fieldName: field, ...(args && { args: { ...args } }) })
    },
  }
}
