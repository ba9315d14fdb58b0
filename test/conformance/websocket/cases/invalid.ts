import { ok } from 'node:assert'
import { types, describe, type Case, type Section } from '../kit.ts'

const QUERY = '{ __typename }'

/** After the acknowledgement and before connection_init alike: what is no message is none at any time. */
function invalid(title: string, message: object | string | Buffer, level?: 'SHOULD'): Case {
  return {
    title: `${title}: 4400`,
    ...(level && { level }),
    async run({ initialised, connect, closedWith }) {
      const peer = await initialised()
      peer.send(message)
      await closedWith(peer, 4400)
      ok((peer.closed()?.reason ?? '') !== '', 'The close has no reason.')
      const early = await connect()
      early.send(message)
      await closedWith(early, 4400)
    },
  }
}

const subscribe = (payload: unknown, id: unknown = '1') => ({ id, type: 'subscribe', payload })

export const invalidMessages: Section = {
  name: 'invalid messages',
  cases: [
    invalid('text that is no JSON', 'hello'),
    invalid('an empty text', ''),
    invalid('half a message', '{"type":"ping"'),
    invalid('a JSON array', '[]'),
    invalid('a JSON array of messages', '[{"type":"ping"}]'),
    invalid('a JSON text', '"ping"'),
    invalid('a JSON number', '1'),
    invalid('a JSON null', 'null'),
    invalid('no type', {}),
    invalid('a type that is no text', { type: 1 }),
    invalid('a type that does not exist', { type: 'nonsense' }),
    invalid('a type in capitals', { type: 'PING' }),
    invalid('a type that every object has', { type: 'constructor' }),
    invalid('the type `start` of the older protocol', { id: '1', type: 'start', payload: { query: QUERY } }),
    invalid('the type `connection_terminate` of the older protocol', { type: 'connection_terminate' }),
    invalid("a server's type: connection_ack", { type: 'connection_ack' }, 'SHOULD'),
    invalid("a server's type: next", { id: '1', type: 'next', payload: { data: {} } }, 'SHOULD'),
    invalid("a server's type: error", { id: '1', type: 'error', payload: [{ message: 'x' }] }, 'SHOULD'),
    invalid('a ping whose payload is a text', { type: 'ping', payload: 'x' }),
    invalid('a ping whose payload is an array', { type: 'ping', payload: [] }),
    invalid('a pong whose payload is a number', { type: 'pong', payload: 1 }),
    {
      title: 'a connection_init whose payload is no object: 4400',
      async run({ connect, closedWith }) {
        for (const payload of ['x', 1, true, []]) {
          const peer = await connect()
          peer.send({ type: 'connection_init', payload })
          await closedWith(peer, 4400)
        }
      },
    },
    invalid('subscribe without an id', { type: 'subscribe', payload: { query: QUERY } }),
    invalid('subscribe with a number as its id', subscribe({ query: QUERY }, 1)),
    invalid('subscribe with null as its id', subscribe({ query: QUERY }, null)),
    invalid('subscribe with an empty id', subscribe({ query: QUERY }, ''), 'SHOULD'),
    invalid('subscribe without a payload', { id: '1', type: 'subscribe' }),
    invalid('subscribe with null as its payload', subscribe(null)),
    invalid('subscribe with a text as its payload', subscribe(QUERY)),
    invalid('subscribe with an array as its payload', subscribe([{ query: QUERY }])),
    invalid('subscribe without a query', subscribe({})),
    invalid('subscribe with null as its query', subscribe({ query: null })),
    invalid('subscribe with an object as its query', subscribe({ query: {} })),
    invalid('subscribe with variables that are a text', subscribe({ query: QUERY, variables: '{}' })),
    invalid('subscribe with variables that are an array', subscribe({ query: QUERY, variables: [] }), 'SHOULD'),
    invalid('subscribe with an operationName that is no text', subscribe({ query: QUERY, operationName: 1 })),
    invalid('subscribe with extensions that are a text', subscribe({ query: QUERY, extensions: 'x' })),
    invalid('complete without an id', { type: 'complete' }),
    invalid('complete with a number as its id', { id: 1, type: 'complete' }),
    invalid('a binary message that is no text', Buffer.from([0, 1, 2, 0xff])),
    {
      title: 'a text message that is no UTF-8: 1007 (or 4400)',
      async run({ initialised, closedWith }) {
        const peer = await initialised()
        peer.sendText(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))
        await closedWith(peer, 1007, 4400)
      },
    },
    {
      title: 'a message in parts is one message',
      async run({ connect, options, eventually, stillWorks }) {
        const peer = await connect()
        const payload = options.connectionParams
        const text = Buffer.from(JSON.stringify({ type: 'connection_init', ...(payload && { payload }) }))
        peer.sendText(text.subarray(0, 5), false)
        peer.sendText(text.subarray(5))
        await eventually(() => ok(types(peer.messages).includes('connection_ack'), describe(peer)))
        await stillWorks(peer)
      },
    },
    {
      title: 'a message that is too large closes the socket (1009 or 4400) before it is looked at, and no other socket',
      needs: 'maxMessageBytes',
      async run({ initialised, need, closedWith, stillWorks, query }) {
        const [large, other] = [await initialised(), await initialised()]
        const extensions = { padding: 'x'.repeat(need('maxMessageBytes')) }
        large.send({ id: '1', type: 'subscribe', payload: { ...query, extensions } })
        await closedWith(large, 1009, 4400)
        await stillWorks(other)
      },
    },
    {
      title: 'a message just below that is taken',
      needs: 'maxMessageBytes',
      async run({ initialised, need, outcome, query }) {
        const peer = await initialised()
        const extensions = { padding: 'x'.repeat(need('maxMessageBytes') - 1_000) }
        peer.send({ id: '1', type: 'subscribe', payload: { ...query, extensions } })
        await outcome(peer, '1')
      },
    },
  ],
}
