import { deepStrictEqual, ok } from 'node:assert'
import { PROTOCOL } from '../../support/peer.ts'
import { describe, types, type Case, type Section } from '../kit.ts'

function notAcceptable(title: string, protocols: readonly string[]): Case {
  return {
    title,
    level: 'SHOULD',
    async run({ connect, closedWith, stillWorks, initialised }) {
      // A server may also refuse the handshake; a client also leaves by itself where none of its protocols was chosen.
      const peer = await connect({ protocols }).catch(() => null)
      if (peer) await closedWith(peer, 4406)
      await stillWorks(await initialised())
    },
  }
}

export const handshake: Section = {
  name: 'handshake',
  cases: [
    {
      title: `the subprotocol ${PROTOCOL} is accepted`,
      async run({ connect }) {
        deepStrictEqual((await connect()).protocol, PROTOCOL)
      },
    },
    {
      title: 'it is chosen among others, wherever it stands',
      async run({ connect }) {
        for (const protocols of [
          ['graphql-ws', PROTOCOL],
          [PROTOCOL, 'graphql-ws'],
          ['a', PROTOCOL, 'b'],
        ]) {
          deepStrictEqual((await connect({ protocols })).protocol, PROTOCOL)
        }
      },
    },
    notAcceptable('without a subprotocol: 4406, or no handshake', []),
    notAcceptable('with another subprotocol alone: 4406, or no handshake', ['graphql-ws']),
    notAcceptable('with a subprotocol whose name only begins alike', [`${PROTOCOL}-2`]),
    {
      title: 'a ping frame of WebSocket itself is answered',
      async run({ connect, eventually }) {
        const peer = await connect()
        const answer = peer.pingFrame('here?')
        let answered = ''
        void answer.then((data) => (answered = data))
        await eventually(() => deepStrictEqual(answered, 'here?'))
      },
    },
  ],
}

function acknowledged(title: string, payload: { payload?: null | object }): Case {
  return {
    title,
    async run({ connect, options, stillWorks, acknowledged }) {
      if (options.connectionParams && Object.keys(options.connectionParams).length > 0) return
      const peer = await connect()
      peer.send({ type: 'connection_init', ...payload })
      await acknowledged(peer)
      await stillWorks(peer)
    },
  }
}

export const initialisation: Section = {
  name: 'connection_init',
  cases: [
    {
      title: 'connection_init is acknowledged, once, and nothing but pings comes before',
      async run({ connect, init, stillWorks, acknowledged }) {
        const peer = await connect()
        init(peer)
        await acknowledged(peer)
        await stillWorks(peer)
        const own = peer.messages.filter(({ id, type }) => id === undefined && type !== 'ping')
        deepStrictEqual(types(own), ['connection_ack'])
      },
    },
    acknowledged('a payload that is left out', {}),
    acknowledged('a payload that is null', { payload: null }),
    acknowledged('a payload that is an empty object', { payload: {} }),
    acknowledged('a payload with anything in it', { payload: { a: { b: [1, null, 'c'] } } }),
    {
      title: 'a second connection_init closes with 4429',
      async run({ initialised, init, closedWith }) {
        const peer = await initialised()
        init(peer)
        await closedWith(peer, 4429)
      },
    },
    {
      title: 'a second one before the first is acknowledged does too',
      async run({ connect, options, closedWith }) {
        const peer = await connect()
        const payload = options.connectionParams
        const message = { type: 'connection_init', ...(payload && { payload }) }
        peer.sendAtOnce([message, message])
        await closedWith(peer, 4429)
      },
    },
    {
      title: 'a second one while operations run, and they end with it',
      needs: 'stream',
      async run({ initialised, init, closedWith, eventually, need }) {
        const stream = need('stream')()
        const peer = await initialised()
        peer.send({ id: '1', type: 'subscribe', payload: stream.operation })
        await eventually(() => deepStrictEqual(stream.open(), 1))
        init(peer)
        await closedWith(peer, 4429)
        await eventually(() => deepStrictEqual(stream.open(), 0))
      },
    },
    {
      title: 'no connection_init in time closes with 4408',
      needs: 'initWaitMs',
      async run({ connect, closedWith }) {
        await closedWith(await connect(), 4408)
      },
    },
    {
      title: 'pings do not put that off',
      needs: 'initWaitMs',
      async run({ connect, closedWith, eventually }) {
        const peer = await connect()
        peer.send({ type: 'ping' })
        await eventually(() => ok(types(peer.messages).includes('pong')))
        await closedWith(peer, 4408)
      },
    },
    {
      title: 'after connection_init no time limit of this kind closes the socket',
      needs: 'initWaitMs',
      async run({ initialised, connect, closedWith, stillWorks }) {
        const peer = await initialised()
        // One that came later is closed meanwhile.
        await closedWith(await connect(), 4408)
        await stillWorks(peer)
      },
    },
    {
      title: 'who is refused is not acknowledged, but closed with 4403 (or 4401)',
      needs: 'refusedParams',
      async run({ connect, need, closedWith, initialised, stillWorks }) {
        const peer = await connect()
        peer.send({ type: 'connection_init', payload: need('refusedParams') })
        await closedWith(peer, 4403, 4401)
        deepStrictEqual(
          types(peer.messages).filter((type) => type !== 'ping'),
          [],
        )
        await stillWorks(await initialised())
      },
    },
    {
      title: 'subscribe before connection_init closes with 4401',
      async run({ connect, query, closedWith }) {
        const peer = await connect()
        peer.send({ id: '1', type: 'subscribe', payload: query })
        await closedWith(peer, 4401)
        deepStrictEqual(
          peer.messages.filter(({ id }) => id === '1'),
          [],
        )
      },
    },
    {
      title: 'complete before connection_init is not an error',
      level: 'SHOULD',
      async run({ connect, init, stillWorks, acknowledged }) {
        const peer = await connect()
        peer.send({ id: '1', type: 'complete' })
        init(peer)
        await acknowledged(peer)
        await stillWorks(peer)
      },
    },
  ],
}

export const pings: Section = {
  name: 'ping, pong',
  cases: [
    {
      title: 'a ping before connection_init is answered',
      async run({ connect, eventually, init, stillWorks, acknowledged }) {
        const peer = await connect()
        peer.send({ type: 'ping' })
        await eventually(() => ok(types(peer.messages).includes('pong'), describe(peer)))
        init(peer)
        await acknowledged(peer)
        await stillWorks(peer)
      },
    },
    {
      title: 'a ping after it, with a payload, without and with null; each is answered once',
      async run({ initialised, eventually, stillWorks }) {
        const peer = await initialised()
        for (const payload of [{ payload: { n: 1 } }, {}, { payload: null }, { payload: {} }]) {
          peer.send({ type: 'ping', ...payload })
        }
        await eventually(() => ok(types(peer.messages).filter((type) => type === 'pong').length >= 4, describe(peer)))
        await stillWorks(peer)
        deepStrictEqual(types(peer.messages).filter((type) => type === 'pong').length, 4)
      },
    },
    {
      title: "a pong brings its ping's payload, in the order of the pings",
      level: 'SHOULD',
      async run({ initialised, eventually }) {
        const peer = await initialised()
        const payloads = [{ n: 1 }, { n: 2, deep: [{ x: null }] }, { n: 3 }]
        for (const payload of payloads) peer.send({ type: 'ping', payload })
        const pongs = () => peer.messages.filter(({ type }) => type === 'pong').map(({ payload }) => payload as unknown)
        await eventually(() => deepStrictEqual(pongs(), payloads))
      },
    },
    {
      title: 'a pong that nobody asked for is taken, before connection_init and after',
      async run({ connect, init, stillWorks, acknowledged }) {
        const peer = await connect()
        peer.send({ type: 'pong' })
        init(peer)
        peer.send({ type: 'pong', payload: { n: 1 } })
        peer.send({ type: 'pong', payload: null })
        await acknowledged(peer)
        await stillWorks(peer)
      },
    },
    {
      title: 'a ping is answered while operations run',
      needs: 'stream',
      async run({ initialised, need, eventually }) {
        const stream = need('stream')()
        const peer = await initialised()
        peer.send({ id: '1', type: 'subscribe', payload: stream.operation })
        await eventually(() => deepStrictEqual(stream.open(), 1))
        peer.send({ type: 'ping' })
        await eventually(() => ok(types(peer.messages).includes('pong'), describe(peer)))
        stream.emit()
        await eventually(() => ok(types(peer.messages).includes('next'), describe(peer)))
      },
    },
  ],
}
