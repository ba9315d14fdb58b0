import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { silentLog } from '../../platform/log/log.ts'
import { openMongoMessages } from '../../subgraphs/chat/messages/store/mongo.ts'
import { openChatWorld, type ChatWorld, type ChatWorldOptions } from './chat.ts'
import { requireUrl } from './services.ts'

/** The services that a world needs whose messages are in this store. */
export const messageStores = ['postgres', 'mongo'] as const

/** A chat world whose messages are in this store. */
export async function openWorldOn(
  kind: (typeof messageStores)[number],
  options: Omit<ChatWorldOptions, 'store'> = {},
): Promise<ChatWorld> {
  if (kind === 'postgres') return openChatWorld(options)
  const database = `parley_test_${randomBytes(8).toString('hex')}`
  const url = requireUrl('mongo')
  const store = await openMongoMessages({ url, database, log: silentLog })
  const world = await openChatWorld({ ...options, store: () => store })
  return {
    ...world,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      await using client = new MongoClient(url)
      await client.db(database).dropDatabase()
    },
  }
}
