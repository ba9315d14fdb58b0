import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { CreateGroupDocument, InboxDocument, type InboxSubscription } from '../../../client/generated/operations.ts'
import { signRequest } from '../../../client/sign.ts'
import { openDirect, openInbox, type Signed, signInAt } from '../../support/app.ts'
import type { Heard, Person } from './history.ts'
import type { Installation } from './roles.ts'

export const PEOPLE = 20
/** The last ones are offline during the load. */
export const OFFLINE = 4

/** The members of each conversation, by number: groups of several sizes, and direct ones with somebody online and offline. */
const ROOMS: readonly (readonly number[])[] = [
  Array.from({ length: PEOPLE }, (_, at) => at),
  Array.from({ length: 10 }, (_, at) => 2 * at),
  [1, 5, 9, 13, 17],
  [2, 3],
  [4, 18],
]

/** Every fourth listener uses graphql-ws alone, as an app without the SDK does. */
const STOCK_EVERY = 4

export interface Member extends Signed, Person {
  readonly conversations: readonly string[]
  /** Where somebody offline begins at the end. */
  readonly cursor: string
}

export interface Crowd {
  readonly people: readonly Member[]
  readonly members: ReadonlyMap<string, readonly string[]>
}

/** Signs everybody in, and opens the conversations. */
export async function gather(folder: string, { url }: Pick<Installation, 'url'>): Promise<Crowd> {
  const signed: Signed[] = []
  for (let at = 0; at < PEOPLE; at++) {
    signed.push(await signInAt(url, folder, nameOf(at), undefined, `token-${at}`))
  }
  const members = new Map<string, readonly string[]>()
  const conversationsOf = signed.map((): string[] => [])
  for (const room of ROOMS) {
    const [owner, ...others] = room.map((at) => signed[at]!) as [Signed, ...Signed[]]
    const id = room.length === 2 ? await openDirect(owner, others[0]!) : await openGroup(owner, others)
    members.set(id, room.map(nameOf))
    for (const at of room) conversationsOf[at]!.push(id)
  }
  const people: Member[] = []
  for (const [at, one] of signed.entries()) {
    const inbox = openInbox(one)
    const { cursor } = await inbox.next()
    await inbox[Symbol.asyncDispose]()
    const online = at < PEOPLE - OFFLINE
    people.push({ ...one, name: nameOf(at), online, heard: [], conversations: conversationsOf[at]!, cursor })
  }
  return { people, members }
}

const nameOf = (at: number) => `P${at}`

async function openGroup(owner: Signed, others: readonly Signed[]): Promise<string> {
  const input = { title: 'A group', memberIds: others.map(({ userId }) => userId) }
  const { conversation } = (await owner.app.mutate(CreateGroupDocument, { input })).createGroup.group
  if (!conversation) throw new Error('A new group has no conversation.')
  return conversation.id
}

/** Listens for somebody, after `cursor`, and notes every message of a user. Rejects when the stream ends before it is closed. */
export function listen(member: Member, at: number, { wsUrl }: Pick<Installation, 'wsUrl'>): AsyncDisposable {
  return at % STOCK_EVERY === STOCK_EVERY - 1 ? listenStock(member, wsUrl) : listenWithSdk(member)
}

/** The listener of the SDK, which resumes by itself. Each event asks two subgraphs: chat, and users for the sender. */
function listenWithSdk({ app, heard, cursor }: Member): AsyncDisposable {
  const stream = app.subscribe(InboxDocument, { after: cursor })
  const listening = (async () => {
    for await (const { inbox } of stream) note(heard, inbox)
  })()
  listening.catch(() => undefined) // the judge sees what is missing
  return {
    async [Symbol.asyncDispose]() {
      await stream.return?.()
      await listening.catch(() => undefined)
    },
  }
}

const QUERY = `subscription ($after: Cursor) {
  inbox(after: $after) {
    __typename
    cursor
    ... on MessageReceived { message { id sequence type text conversation { id } } }
  }
}`

type StockEvent = Pick<InboxSubscription['inbox'], '__typename' | 'cursor'> & Record<string, unknown>

/** graphql-ws as its documentation has it, with the cursor of each event put into the variables that it sends again. */
function listenStock({ session, heard, cursor }: Member, wsUrl: string): AsyncDisposable {
  let unanswered: NodeJS.Timeout | undefined
  const client = createClient({
    url: wsUrl,
    webSocketImpl: WebSocket,
    connectionParams: () => signRequest({ session, method: 'WS', target: new URL(wsUrl).pathname }),
    keepAlive: 10_000,
    on: {
      ping: (received) => {
        if (!received) unanswered = setTimeout(() => client.terminate(), 5_000)
      },
      pong: (received) => {
        if (received) clearTimeout(unanswered)
      },
      closed: () => clearTimeout(unanswered),
    },
    retryAttempts: Infinity,
    shouldRetry: () => true,
  })
  const variables: { after: string } = { after: cursor }
  let timer: NodeJS.Timeout | undefined
  let ended = false
  const start = () => {
    let over = false
    const again = () => {
      if (over || ended) return
      over = true
      stop()
      timer = setTimeout(start, 500)
    }
    const stop = client.subscribe<{ inbox: StockEvent } & Record<string, unknown>>(
      { query: QUERY, variables },
      {
        next({ data, extensions }) {
          if (over) return
          // Nothing of such an event is for this user: the server says where to continue.
          const past = (extensions as { cursor?: unknown } | undefined)?.cursor
          if (typeof past === 'string') variables.after = past
          if (data == null) return typeof past === 'string' ? undefined : again()
          variables.after = data.inbox.cursor
          note(heard, data.inbox as unknown as InboxSubscription['inbox'])
        },
        error: again,
        complete: again,
      },
    )
  }
  start()
  return {
    async [Symbol.asyncDispose]() {
      ended = true
      clearTimeout(timer)
      await client.dispose()
    },
  }
}

function note(heard: Heard[], event: InboxSubscription['inbox']): void {
  if (event.__typename !== 'MessageReceived' || event.message.type !== 'TEXT') return
  const { id: messageId, sequence, text, conversation } = event.message
  heard.push({ messageId, sequence, text, conversation: conversation?.id ?? '', at: performance.now() })
}
