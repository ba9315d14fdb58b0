import { setTimeout as delay } from 'node:timers/promises'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { createSourceEventStream, execute, parse } from 'graphql'
import type { People, UserIdentity } from './people.ts'

export interface ToldPresence {
  readonly userId: string
  readonly online: boolean
  readonly lastSeenAt: string | null
}

const WATCH = 'subscription ($ids: [ID!]!) { presence(userIds: $ids) { userId online lastSeenAt } }'

/** The subscription to presence, as a client has it. `next` rejects when nothing comes for ten seconds. */
export async function watchPresence(people: People, identity: UserIdentity, userIds: readonly string[]) {
  const { users } = people
  const schema = buildSubgraphSchema({ typeDefs: parse(users.typeDefs), resolvers: { ...users.resolvers } as never })
  const document = parse(WATCH)
  const gone = new AbortController()
  const facts = { identity, clientNetwork: null, requestId: 'test', signal: gone.signal }
  const variableValues = { ids: userIds }
  const opened = await createSourceEventStream({
    schema,
    document,
    contextValue: users.makeContext(facts),
    variableValues,
  })
  if (!(Symbol.asyncIterator in opened)) throw opened.errors?.[0]?.originalError ?? new Error('No stream.')
  const source = opened[Symbol.asyncIterator]()
  return {
    async next(): Promise<ToldPresence[]> {
      const late = new AbortController()
      const { done, value } = await Promise.race([
        source.next(),
        delay(10_000, undefined, { signal: late.signal, ref: false }).then(() => {
          throw new Error('No presence was told for ten seconds.')
        }),
      ]).finally(() => late.abort())
      if (done) throw new Error('The stream ended.')
      const contextValue = users.makeContext(facts)
      const answer = await execute({ schema, document, rootValue: value, contextValue, variableValues })
      return JSON.parse(JSON.stringify(answer.data?.['presence'])) as ToldPresence[]
    },
    async [Symbol.asyncDispose]() {
      gone.abort()
      await source.return?.()
    },
  }
}
