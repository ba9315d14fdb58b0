import { deepStrictEqual, ok } from 'node:assert'
import { describe, types, type Case, type Section } from '../kit.ts'

/** As long as any client makes them; who takes longer ones lets every frame repeat them. */
const LONG_ID = 'x'.repeat(200)

/**
 * SHOULD: a server "optionally checks if the operation is valid before starting executing it", and one that does not gives the
 * errors in a next.
 */
function refused(title: string, payload: object): Case {
  return {
    title: `${title}: an error message, nothing after it, and the id is free`,
    level: 'SHOULD',
    async run({ initialised, outcome, query, stillWorks }) {
      const peer = await initialised()
      peer.send({ id: 'bad', type: 'subscribe', payload })
      const messages = await outcome(peer, 'bad')
      deepStrictEqual(types(messages), ['error'])
      const errors = messages[0]?.payload as { message: unknown }[]
      ok(Array.isArray(errors) && errors.length > 0, `The payload is no list of errors: ${describe(peer)}`)
      ok(
        errors.every(({ message }) => typeof message === 'string' && message !== ''),
        describe(peer),
      )
      peer.send({ id: 'bad', type: 'subscribe', payload: query })
      await stillWorks(peer)
      deepStrictEqual(types(await outcome(peer, 'bad')), ['error', 'next', 'complete'])
    },
  }
}

function answered(title: string, more: object): Case {
  return {
    title,
    async run({ initialised, query, outcome }) {
      const peer = await initialised()
      peer.send({ id: '1', type: 'subscribe', payload: { ...query, ...more } })
      deepStrictEqual(types(await outcome(peer, '1')), ['next', 'complete'])
    },
  }
}

export const single: Section = {
  name: 'queries and mutations',
  cases: [
    {
      title: 'a query: one next with its result, then complete, and nothing else',
      async run({ initialised, query, outcome, stillWorks }) {
        const peer = await initialised()
        peer.send({ id: '1', type: 'subscribe', payload: query })
        const [next, complete] = await outcome(peer, '1')
        ok(next?.payload?.data, describe(peer))
        deepStrictEqual(next.payload.errors, undefined)
        deepStrictEqual(Object.keys(next).sort(), ['id', 'payload', 'type'])
        deepStrictEqual({ ...complete }, { id: '1', type: 'complete' })
        await stillWorks(peer)
        deepStrictEqual(types(await outcome(peer, '1')), ['next', 'complete'])
      },
    },
    answered('variables, extensions and operationName may be null', {
      variables: null,
      extensions: null,
      operationName: null,
    }),
    answered('variables and extensions may be empty or of no use', { variables: { a: 1 }, extensions: { b: [] } }),
    {
      title: 'operationName chooses the operation',
      async run({ initialised, outcome }) {
        const peer = await initialised()
        const query = 'query A { a: __typename } query B { b: __typename }'
        peer.send({ id: '1', type: 'subscribe', payload: { query, operationName: 'B' } })
        const [next] = await outcome(peer, '1')
        deepStrictEqual(Object.keys((next?.payload?.data as object | undefined) ?? {}), ['b'])
      },
    },
    {
      title: 'variables are used',
      async run({ initialised, outcome }) {
        const peer = await initialised()
        const query = 'query ($yes: Boolean!) { __typename extra: __typename @include(if: $yes) }'
        for (const yes of [true, false]) {
          peer.send({ id: String(yes), type: 'subscribe', payload: { query, variables: { yes } } })
          const [next] = await outcome(peer, String(yes))
          deepStrictEqual('extra' in ((next?.payload?.data as object | undefined) ?? {}), yes, describe(peer))
        }
      },
    },
    {
      title: 'any text is an id: long, with quotes, in any script',
      async run({ initialised, query, outcome }) {
        const peer = await initialised()
        const ids = [LONG_ID, '"\\\n', 'ü🏃', ' ', '0', '__proto__', 'constructor']
        for (const id of ids) peer.send({ id, type: 'subscribe', payload: query })
        for (const id of ids) deepStrictEqual(types(await outcome(peer, id)), ['next', 'complete'])
      },
    },
    {
      title: 'operations sent in one breath are all answered, each under its id',
      async run({ initialised, query, outcome }) {
        const peer = await initialised()
        const ids = Array.from({ length: 50 }, (_, at) => `id-${at}`)
        peer.sendAtOnce(ids.map((id) => ({ id, type: 'subscribe', payload: query })))
        for (const id of ids) deepStrictEqual(types(await outcome(peer, id)), ['next', 'complete'])
      },
    },
    {
      title: 'an id that is over may be used again, as often as one likes',
      async run({ initialised, query, outcome, eventually }) {
        const peer = await initialised()
        for (let count = 1; count <= 3; count++) {
          peer.send({ id: '1', type: 'subscribe', payload: query })
          await eventually(() => {
            const got = types(peer.messages.filter(({ id }) => id === '1'))
            deepStrictEqual(got, Array.from({ length: count }, () => ['next', 'complete']).flat())
          })
        }
        await outcome(peer, '1')
      },
    },
    {
      title: 'a mutation: one next, then complete',
      // Some servers take none on a socket.
      level: 'SHOULD',
      needs: 'mutation',
      async run({ initialised, need, outcome }) {
        const peer = await initialised()
        peer.send({ id: '1', type: 'subscribe', payload: need('mutation') })
        const messages = await outcome(peer, '1')
        deepStrictEqual(types(messages), ['next', 'complete'])
        ok(messages[0]?.payload?.data, describe(peer))
      },
    },
    {
      title: 'a field that fails: its error stands in next beside the data',
      needs: 'failing',
      async run({ initialised, need, outcome }) {
        const peer = await initialised()
        peer.send({ id: '1', type: 'subscribe', payload: need('failing') })
        const messages = await outcome(peer, '1')
        deepStrictEqual(types(messages), ['next', 'complete'])
        ok('data' in (messages[0]?.payload as object) && messages[0]?.payload.errors.length > 0, describe(peer))
      },
    },
    {
      title: 'complete before the result: the result is not sent, and the id is free at once',
      needs: 'slow',
      async run({ initialised, need, stillWorks, query, outcome }) {
        const slow = need('slow')
        slow.hold()
        const peer = await initialised()
        peer.send({ id: '1', type: 'subscribe', payload: slow.operation })
        await stillWorks(peer)
        peer.sendAtOnce([
          { id: '1', type: 'complete' },
          { id: '1', type: 'subscribe', payload: { query: '{ again: __typename }' } },
        ])
        const messages = await outcome(peer, '1')
        slow.release()
        peer.send({ id: '2', type: 'subscribe', payload: slow.operation })
        await outcome(peer, '2')
        peer.send({ id: '3', type: 'subscribe', payload: query })
        await outcome(peer, '3')
        deepStrictEqual(
          messages.map(({ type, payload }) => [type, Object.keys((payload?.data as object | undefined) ?? {})]),
          [
            ['next', ['again']],
            ['complete', []],
          ],
        )
        deepStrictEqual(peer.messages.filter(({ id }) => id === '1').length, 2)
      },
    },
    {
      title: 'a slow operation holds up no other on the socket',
      needs: 'slow',
      async run({ initialised, need, stillWorks, outcome }) {
        const slow = need('slow')
        slow.hold()
        const peer = await initialised()
        peer.send({ id: '1', type: 'subscribe', payload: slow.operation })
        await stillWorks(peer)
        slow.release()
        deepStrictEqual(types(await outcome(peer, '1')), ['next', 'complete'])
      },
    },
    refused('a syntax error', { query: '{ __typename' }),
    refused('a validation error', { query: '{ f8f31403dfe404bccbb0e835f2629c6a7 }' }),
    refused('an unknown operationName', { query: 'query A { __typename }', operationName: 'B' }),
    refused('several operations and no operationName', { query: 'query A { __typename } query B { __typename }' }),
    refused('a document without an operation', { query: 'fragment F on Query { __typename }' }),
    refused('a subscription that does not fit the schema', {
      query: 'subscription { f8f31403dfe404bccbb0e835f2629c6a7 }',
    }),
    {
      title: 'a variable without a value: errors, and no data',
      async run({ initialised, outcome }) {
        const peer = await initialised()
        const query = 'query ($yes: Boolean!) { __typename @include(if: $yes) }'
        peer.send({ id: '1', type: 'subscribe', payload: { query } })
        const messages = await outcome(peer, '1')
        const [first] = messages
        if (first?.type === 'error') return deepStrictEqual(types(messages), ['error'])
        deepStrictEqual(types(messages), ['next', 'complete'])
        ok(first?.payload.errors.length > 0 && !first?.payload.data, describe(peer))
      },
    },
  ],
}

export const streaming: Section = {
  name: 'subscriptions',
  cases: [
    {
      title: 'each event is a next, in order, and the end a complete',
      needs: 'stream',
      async run({ subscribed, eventually, outcome }) {
        const { stream, peer } = await subscribed()
        deepStrictEqual(
          peer.messages.filter(({ id }) => id === '1'),
          [],
        )
        for (const count of [1, 2, 3]) {
          stream.emit()
          await eventually(() => deepStrictEqual(peer.messages.filter(({ id }) => id === '1').length, count))
        }
        stream.end()
        deepStrictEqual(types(await outcome(peer, '1')), ['next', 'next', 'next', 'complete'])
      },
    },
    {
      title: 'complete by the client: no event after it, no answer to it, and the stream ends',
      needs: 'stream',
      async run({ subscribed, eventually, stillWorks }) {
        const { stream, peer } = await subscribed()
        stream.emit()
        await eventually(() => deepStrictEqual(types(peer.messages.filter(({ id }) => id === '1')), ['next']))
        peer.send({ id: '1', type: 'complete' })
        await eventually(() => deepStrictEqual(stream.open(), 0))
        stream.emit()
        await stillWorks(peer)
        deepStrictEqual(types(peer.messages.filter(({ id }) => id === '1')), ['next'])
      },
    },
    {
      title: 'after it the id may be used again, in the same breath',
      needs: 'stream',
      async run({ initialised, need, eventually, stillWorks }) {
        const stream = need('stream')()
        const peer = await initialised()
        const subscribe = { id: '1', type: 'subscribe', payload: stream.operation }
        peer.send(subscribe)
        await eventually(() => deepStrictEqual(stream.open(), 1))
        peer.sendAtOnce([{ id: '1', type: 'complete' }, subscribe])
        await stillWorks(peer)
        await eventually(() => deepStrictEqual(stream.open(), 1))
        stream.emit()
        await eventually(() => deepStrictEqual(types(peer.messages.filter(({ id }) => id === '1')), ['next']))
        deepStrictEqual(peer.closed(), null)
      },
    },
    {
      title: 'a second subscribe under an id that runs closes with 4409, and says which',
      needs: 'stream',
      async run({ initialised, need, eventually, closedWith }) {
        const stream = need('stream')()
        const peer = await initialised()
        const subscribe = { id: 'mine', type: 'subscribe', payload: stream.operation }
        peer.send(subscribe)
        await eventually(() => deepStrictEqual(stream.open(), 1))
        peer.send(subscribe)
        await closedWith(peer, 4409)
        deepStrictEqual(peer.closed()?.reason, 'Subscriber for mine already exists')
        await eventually(() => deepStrictEqual(stream.open(), 0))
      },
    },
    {
      title: 'whatever the kind of the second operation is, and however soon it comes',
      needs: 'stream',
      async run({ initialised, need, query, closedWith }) {
        const stream = need('stream')()
        for (const payload of [query, stream.operation]) {
          const peer = await initialised()
          peer.sendAtOnce([
            { id: '1', type: 'subscribe', payload: stream.operation },
            { id: '1', type: 'subscribe', payload },
          ])
          await closedWith(peer, 4409)
        }
      },
    },
    {
      title: 'two sockets may use the same id',
      needs: 'stream',
      async run({ initialised, need, eventually }) {
        const stream = need('stream')()
        const peers = [await initialised(), await initialised()]
        for (const peer of peers) peer.send({ id: '1', type: 'subscribe', payload: stream.operation })
        // Servers may share one stream between the two.
        await eventually(() => {
          stream.emit()
          ok(peers.every(({ messages }) => types([...messages]).includes('next')))
        })
        peers[0]?.send({ id: '1', type: 'complete' })
        const before = peers[1]?.messages.length ?? 0
        await eventually(() => {
          stream.emit()
          ok((peers[1]?.messages.length ?? 0) > before)
        })
      },
    },
    {
      title: 'several operations on one socket are interleaved',
      needs: 'stream',
      async run({ initialised, need, eventually, stillWorks, query }) {
        const stream = need('stream')()
        const peer = await initialised()
        const aliased = { ...stream.operation, query: `# another document\n${stream.operation.query}` }
        peer.send({ id: 'a', type: 'subscribe', payload: stream.operation })
        peer.send({ id: 'b', type: 'subscribe', payload: aliased })
        peer.send({ id: 'c', type: 'subscribe', payload: query })
        await eventually(() => {
          stream.emit()
          for (const id of ['a', 'b', 'c'])
            ok(peer.messages.some((message) => message.id === id && message.type === 'next'))
        })
        peer.send({ id: 'a', type: 'complete' })
        await stillWorks(peer)
        const [a, b] = ['a', 'b'].map((id) => peer.messages.filter((message) => message.id === id).length)
        await eventually(() => {
          stream.emit()
          ok(peer.messages.filter(({ id }) => id === 'b').length > (b ?? 0))
        })
        deepStrictEqual(peer.messages.filter(({ id }) => id === 'a').length, a)
      },
    },
    {
      title: 'the stream completes and the client does too, at the same moment',
      needs: 'stream',
      async run({ subscribed, stillWorks }) {
        const { stream, peer } = await subscribed()
        stream.end()
        peer.send({ id: '1', type: 'complete' })
        await stillWorks(peer)
        const got = types(peer.messages.filter(({ id }) => id === '1'))
        ok(got.length === 0 || (got.length === 1 && got[0] === 'complete'), describe(peer))
      },
    },
    {
      title: 'complete for an id that never was, or is over, is not an error',
      async run({ initialised, query, outcome, stillWorks }) {
        const peer = await initialised()
        peer.send({ id: 'never', type: 'complete' })
        peer.send({ id: '1', type: 'subscribe', payload: query })
        await outcome(peer, '1')
        peer.send({ id: '1', type: 'complete' })
        peer.send({ id: '1', type: 'complete' })
        await stillWorks(peer)
      },
    },
  ],
}

export const closing: Section = {
  name: 'closing',
  cases: [
    {
      title: 'the client closes with 1000: the server closes too, and the streams end',
      needs: 'stream',
      async run({ subscribed, eventually, closedWith }) {
        const { stream, peer } = await subscribed()
        peer.close(1000)
        await closedWith(peer, 1000)
        await eventually(() => deepStrictEqual(stream.open(), 0))
      },
    },
    {
      title: 'the connection breaks: the streams end',
      needs: 'stream',
      async run({ subscribed, eventually }) {
        const { stream, peer } = await subscribed()
        peer.vanish()
        await eventually(() => deepStrictEqual(stream.open(), 0))
      },
    },
    {
      title: 'a socket that is closed for what was sent on it leaves every other alone',
      async run({ initialised, closedWith, stillWorks }) {
        const [bad, good] = [await initialised(), await initialised()]
        bad.send('nonsense')
        await closedWith(bad, 4400)
        await stillWorks(good)
      },
    },
    {
      title: 'after the message for which it closes, the server answers nothing more',
      async run({ initialised, closedWith, query }) {
        const peer = await initialised()
        peer.sendAtOnce([{ type: 'nonsense' }, { id: 'late', type: 'subscribe', payload: query }, { type: 'ping' }])
        await closedWith(peer, 4400)
        deepStrictEqual(
          peer.messages.filter(({ id, type }) => id === 'late' || type === 'pong'),
          [],
        )
      },
    },
  ],
}
