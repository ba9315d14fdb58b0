import { eventually } from '../../test/support/eventually.ts'
import { startCore, type CoreServer } from '../../test/support/gateway-core.ts'
import { startToldGraph, type ToldGraph } from '../../test/support/told-graph.ts'
import { WebSocket } from 'ws'
import type { GraphRequest, LocalStream, LocalSubgraph } from './index.ts'

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@external", "@requires"])'
const typeDefs = {
  ledger: `
    ${LINK}
    scalar Any
    type Query { account: Account  accounts: [Account!]!  echo(value: Any, in: In, id: ID, ratio: Float, many: [Any!]): Any }
    type Mutation { put(value: Any, in: In): Any }
    type Subscription { moved(from: Any): Account }
    input In { value: Any  count: Int  id: ID  ratio: Float  inner: In }
    type Account @key(fields: "id") { id: Any!  balance: Any  number: Int  ratio: Float  code: ID  name: String }
  `,
  rates: `
    ${LINK}
    scalar Any
    type Account @key(fields: "id") { id: Any!  balance: Any @external  fee: Any @requires(fields: "balance") }
  `,
}

/** Each is written by JavaScript in another way, or is another number to it. */
const NUMBERS = ['9007199254740993', '-9007199254740993', '123456789012.123456789', '1.50', '1e400', '-0', '0.00000010']
const ALL = `{"a":[${NUMBERS.join(',')}],"text":"9007199254740993 \\" 1.50","b":{"c":1e400}}`

interface World extends AsyncDisposable {
  readonly graph: ToldGraph
  readonly core: CoreServer
}

async function start(local: Readonly<Record<string, LocalSubgraph>> = {}): Promise<World> {
  const graph = await startToldGraph(typeDefs)
  const core = await startCore(graph as never, {
    subgraphs: (name) => (local[name] ? { kind: 'local', ...local[name] } : graph.source(name)),
    signRequest: (_context, _subgraph, body) => ({ 'x-signed': body }),
  })
  return {
    graph,
    core,
    async [Symbol.asyncDispose]() {
      await core[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    },
  }
}

/** The ways in which a client sends an operation, each with the text of the result and that of its variables as they are. */
const WAYS: Readonly<Record<string, (core: CoreServer, query: string, variables?: string) => Promise<string>>> = {
  async POST({ url }, query, variables = '{}') {
    const body = `{"query":${JSON.stringify(query)},"variables":${variables}}`
    return (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text()
  },
  async GET({ url }, query, variables = '{}') {
    const search = new URLSearchParams({ query, variables })
    return (await fetch(`${url}?${search.toString()}`, { headers: { 'apollo-require-preflight': '1' } })).text()
  },
  async SSE({ url }, query, variables = '{}') {
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
    const body = `{"query":${JSON.stringify(query)},"variables":${variables}}`
    const text = await (await fetch(url, { method: 'POST', headers, body })).text()
    return /^data: (.+)$/m.exec(text)?.[1] ?? text
  },
  async multipart({ url }, query, variables = '{}') {
    const headers = { 'content-type': 'application/json', accept: 'multipart/mixed;subscriptionSpec=1.0' }
    const body = `{"query":${JSON.stringify(query)},"variables":${variables}}`
    const text = await (await fetch(url, { method: 'POST', headers, body })).text()
    return /\{"payload":(.+)\}\r\n/.exec(text)?.[1] ?? text
  },
  async 'graphql-ws'(core, query, variables = '{}') {
    const messages = await openOnSocket(core, query, variables)
    await eventually(() => expect(messages.all.length).toBeGreaterThan(1))
    messages.close()
    return /"payload":(.+)\}$/.exec(messages.all[1] ?? '')?.[1] ?? ''
  },
}

/** All messages as texts, beginning with the acknowledgement. */
async function openOnSocket({ wsUrl }: CoreServer, query: string, variables = '{}') {
  const socket = new WebSocket(wsUrl, 'graphql-transport-ws')
  const all: string[] = []
  socket.on('message', (data) => all.push((data as Buffer).toString()))
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send('{"type":"connection_init"}')
  await eventually(() => expect(all).toHaveLength(1))
  socket.send(`{"id":"1","type":"subscribe","payload":{"query":${JSON.stringify(query)},"variables":${variables}}}`)
  return { all, close: () => socket.close() }
}

const last = (texts: readonly string[]) => texts.at(-1) ?? ''

describe('numbers of custom scalars', () => {
  let world: World
  beforeAll(async () => void (world = await start()))
  afterAll(async () => world[Symbol.asyncDispose]())

  test.each(Object.keys(WAYS))(
    'by %s an answer has them as its subgraph wrote them, the first time and later',
    async (way) => {
      const { graph, core } = world
      graph.tell('ledger', `{"data":{"echo":${ALL},"accounts":[{"balance":${NUMBERS[0]}},{"balance":"x"}]}}`)
      for (const _ of [1, 2]) {
        const text = await WAYS[way]?.(core, `{ echo accounts { balance } }`)
        expect(text).toBe(`{"data":{"echo":${ALL},"accounts":[{"balance":${NUMBERS[0]}},{"balance":"x"}]}}`)
      }
    },
  )

  test.each(Object.keys(WAYS))('by %s variables reach a subgraph as the client wrote them', async (way) => {
    const { graph, core } = world
    graph.tell('ledger', '{"data":{"echo":null}}')
    const query = `query ($value: Any, $in: In, $many: [Any!]) { echo(value: $value, in: $in, many: $many) }`
    const variables = `{"value":${ALL},"in":{"value":1e400,"count":3,"inner":{"value":${ALL}}},"many":[${NUMBERS.join(',')}]}`
    for (const _ of [1, 2]) {
      await WAYS[way]?.(core, query, variables)
      expect(last(graph.asked('ledger'))).toContain(`"variables":${variables}`)
    }
  })

  test.each([
    ...NUMBERS,
    'ENUM',
    '{a:[1.50,ENUM,"ENUM",$other,{b:9007199254740993}],c:1,d:"1.50"}',
    '[9007199254740993 9007199254740993]',
  ])('the literal %s stands in the document that a subgraph gets', async (literal) => {
    const { graph, core } = world
    graph.tell('ledger', '{"data":{"echo":null,"put":null}}')
    const declared = literal.includes('$other') ? '($other: Any = 1.50)' : ''
    const asked = async (query: string) => {
      await WAYS['POST']?.(core, query)
      return (JSON.parse(last(graph.asked('ledger'))) as { query: string }).query
    }
    const text = literal
      .replaceAll(',', ' ')
      .replaceAll(/ (?=[[\]{}"$])|(?<=") /g, '')
      .replaceAll(/,/g, ' ')
    const plain = (query: string) => query.replaceAll(/[\s,]+/g, ' ').replaceAll(/ (?=[[\]{}"$])|(?<=["\]}]) /g, '')
    expect(plain(await asked(`query ${declared} { echo(value: ${literal}) }`))).toContain(plain(`echo(value:${text})`))
    expect(plain(await asked(`mutation ${declared} { put(in: { value: ${literal}, count: 1 }) }`))).toContain(
      plain(`put(in:{value:${text} count:1})`),
    )
    if (declared) expect(await asked(`query ${declared} { echo(value: ${literal}) }`)).toContain('($other:Any=1.50)')
  })

  test('the same literal twice is one field, and others are others', async () => {
    const { graph, core } = world
    graph.tell('ledger', '{"data":{"echo":1.50,"other":2.50}}')
    const text = await WAYS['POST']?.(
      core,
      '{ echo(value: 1.50) ...F } fragment F on Query { echo(value: 1.50) other: echo(value: 2.50) }',
    )
    expect(text).toBe('{"data":{"echo":1.50,"other":2.50}}')
  })

  test('a default of a variable reaches a subgraph as it is written', async () => {
    const { graph, core } = world
    graph.tell('ledger', '{"data":{"echo":null}}')
    await WAYS['POST']?.(core, 'query ($value: Any = {a: [9007199254740993, ENUM, 1e400]}) { echo(value: $value) }')
    expect(last(graph.asked('ledger'))).toContain('$value:Any={a:[9007199254740993 ENUM 1e400]}')
  })

  test('entities are asked for by the keys that they have, each once, with what a @requires needs', async () => {
    const { graph, core } = world
    const account = (id: string, balance = '1.50') => `{"__typename":"Account","id":${id},"balance":${balance}}`
    const accounts = [account('9007199254740992'), account('9007199254740993'), account('9007199254740993')]
    graph.tell('ledger', `{"data":{"accounts":[${accounts.join(',')}]}}`)
    graph.tell('rates', '{"data":{"_entities":[{"fee":1},{"fee":2.50}]}}')
    expect(await WAYS['POST']?.(core, '{ accounts { id fee } }')).toBe(
      '{"data":{"accounts":[{"id":9007199254740992,"fee":1},{"id":9007199254740993,"fee":2.50},{"id":9007199254740993,"fee":2.50}]}}',
    )
    const sent = /"representations":(.+?)\}\}/.exec(last(graph.asked('rates')))?.[1]
    expect(sent).toContain(',"id":9007199254740992')
    expect(sent?.match(/9007199254740993/g)).toHaveLength(1)
    expect(sent).toContain('"balance":1.50')
  })

  test.each([
    ['as most servers write them', undefined],
    [
      'whatever the order of their fields',
      (id: string, payload: string) => `{ "type": "next", "payload": ${payload}, "id": "${id}" }`,
    ],
  ])('events have them %s, for all who share a stream', async (_, message) => {
    const { graph, core } = world
    graph.tell('rates', '{"data":{"_entities":[{"fee":1e400}]}}')
    const query = 'subscription ($from: Any = 1.50) { moved(from: $from) { id balance fee } }'
    const readers = [
      await openOnSocket(core, query, '{"from":9007199254740993}'),
      await openOnSocket(core, query, '{"from":9007199254740993}'),
    ]
    const other = await openOnSocket(core, query, '{"from":9007199254740992}')
    const byDefault = await openOnSocket(core, query)
    await eventually(() => expect(graph.subscriptions()).toBe(3))
    const subscribed = graph.asked('ledger').slice(-3)
    expect(subscribed.map((text) => /"variables":(\{.*?\})/.exec(text)?.[1])).toEqual([
      '{"from":9007199254740993}',
      '{"from":9007199254740992}',
      '{}',
    ])
    expect(subscribed[2]).toContain('$from:Any=1.50')
    graph.publish(
      '{"data":{"moved":{"__typename":"Account","id":9007199254740993,"balance":123456789012.123456789}}}',
      message,
    )
    for (const { all, close } of [...readers, other, byDefault]) {
      await eventually(() => expect(all).toHaveLength(2))
      expect(all[1]).toBe(
        '{"id":"1","type":"next","payload":{"data":{"moved":{"id":9007199254740993,"balance":123456789012.123456789,"fee":1e400}}}}',
      )
      close()
    }
    expect(last(graph.asked('rates'))).toContain('"id":9007199254740993')
    await eventually(() => expect(graph.subscriptions()).toBe(0))
  })

  test('numbers of other types beside them are what they are to JavaScript', async () => {
    const { graph, core } = world
    const account = '{"id":1.50,"number":3.0,"ratio":1.50,"code":9007199254740993,"name":"1.50"}'
    graph.tell('ledger', `{"data":{"account":${account}}}`)
    expect(await WAYS['POST']?.(core, '{ account { id number ratio code name } }')).toBe(
      '{"data":{"account":{"id":1.50,"number":3,"ratio":1.5,"code":"9007199254740993","name":"1.50"}}}',
    )
    graph.tell('ledger', '{"data":{"echo":null}}')
    await WAYS['POST']?.(
      core,
      'query ($in: In, $id: ID, $ratio: Float) { echo(in: $in, id: $id, ratio: $ratio) }',
      '{"in":{"value":1.50,"count":2.0,"id":9007199254740993,"ratio":2.50},"id":9007199254740995,"ratio":3.50}',
    )
    expect(last(graph.asked('ledger'))).toContain(
      '"variables":{"in":{"value":1.50,"count":2,"id":"9007199254740993","ratio":2.5},"id":"9007199254740995","ratio":3.5}',
    )
  })
})

describe('numbers that a standard scalar cannot hold', () => {
  let world: World
  beforeAll(async () => void (world = await start()))
  afterAll(async () => world[Symbol.asyncDispose]())

  test.each([
    ['number', '4294967296'],
    ['number', '-2147483649'],
    ['number', '1e400'],
    ['number', '1.5'],
    ['ratio', '1e400'],
    ['ratio', '"1.5"'],
    ['code', '1.5'],
    ['code', '1e400'],
    ['name', '9007199254740993'],
  ])('in an answer %s: %s is null and an error at its place', async (field, value) => {
    const { graph, core } = world
    graph.tell('ledger', `{"data":{"account":{"id":1.50,"${field}":${value}}}}`)
    for (const asked of [`${field}`, `id ${field}`]) {
      const answer = JSON.parse((await WAYS['POST']?.(core, `{ account { ${asked} } }`)) ?? '') as object
      expect(answer).toMatchObject({
        data: { account: { [field]: null } },
        errors: [
          {
            message: `Invalid value found for field Account.${field}.`,
            path: ['account', field],
            extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' },
          },
        ],
      })
    }
  })

  test.each([
    ['Float', '1e400'],
    ['Float', '-1e400'],
    ['Int', '4294967296'],
    ['Int', '1e400'],
    ['ID', '1e400'],
    ['ID', '1.50'],
    ['In', '{"ratio":1e400}'],
    ['In', '{"count":4294967296,"value":1.50}'],
  ])('of a client is refused by its name: a variable of type %s that is %s', async (type, value) => {
    const { core } = world
    const argument = { Float: 'ratio: $x', Int: 'in: { count: $x }', ID: 'id: $x', In: 'in: $x' }[type]
    for (const [way, send] of Object.entries(WAYS)) {
      const text = await send(core, `query ($x: ${type}) { echo(${argument}) }`, `{"x":${value}}`)
      expect([way, text]).toEqual([way, expect.stringContaining('"code":"BAD_USER_INPUT"')])
      expect(text).toContain('$x')
    }
  })

  test.each([
    'ratio: 1e400',
    'ratio: -1e400',
    'in: { ratio: 1e400 }',
    `ratio: 1${'0'.repeat(400)}`,
    'in: { count: 4294967296 }',
  ])('of a client is refused as a literal: %s', async (argument) => {
    const { core } = world
    for (const [way, send] of Object.entries(WAYS)) {
      const text = await send(core, `{ echo(${argument}) }`)
      expect([way, text]).toEqual([way, expect.stringContaining('"code":"GRAPHQL_VALIDATION_FAILED"')])
    }
    const text = await WAYS['POST']?.(core, `query ($x: Float = 1e400) { echo(ratio: $x) }`)
    expect(text).toContain('"code":"GRAPHQL_VALIDATION_FAILED"')
  })
})

describe('a subgraph in this process', () => {
  const asked: { request: GraphRequest; signed: string | undefined }[] = []
  let answer: object
  const ledger: LocalSubgraph = {
    async execute(request, headers) {
      asked.push({ request, signed: headers['x-signed'] })
      return { data: answer } as never
    },
    async subscribe(request, headers) {
      asked.push({ request, signed: headers['x-signed'] })
      async function* events() {
        yield { data: answer }
      }
      return events() as unknown as LocalStream
    },
  }
  let world: World
  beforeAll(async () => void (world = await start({ ledger })))
  afterAll(async () => world[Symbol.asyncDispose]())

  test('says a whole number by a bigint: in answers, in keys that others get, and in events', async () => {
    const { graph, core } = world
    const account = {
      __typename: 'Account',
      id: 9007199254740993n,
      balance: [9007199254740995n, 1.5],
      code: 9007199254740997n,
    }
    answer = { accounts: [account], moved: account }
    graph.tell('rates', '{"data":{"_entities":[{"fee":1.50}]}}')
    const shown = '{"id":9007199254740993,"balance":[9007199254740995,1.5],"code":"9007199254740997","fee":1.50}'
    for (const send of Object.values(WAYS)) {
      expect(await send(core, '{ accounts { id balance code fee } }')).toBe(`{"data":{"accounts":[${shown}]}}`)
      expect(last(graph.asked('rates'))).toContain('"id":9007199254740993')
    }
    const { all, close } = await openOnSocket(core, 'subscription { moved { id balance code fee } }')
    await eventually(() => expect(all).toHaveLength(3))
    expect(all[1]).toBe(`{"id":"1","type":"next","payload":{"data":{"moved":${shown}}}}`)
    close()
  })

  test('gets a bigint for a whole number that no number is, else the nearest number, and what is signed says the same', async () => {
    const { core } = world
    answer = { echo: null }
    const query = 'query ($value: Any, $id: ID) { echo(value: $value, id: $id) }'
    const value = '{"a":[9007199254740993,9007199254740992,12,1.50,123456789012.123456789],"text":"9007199254740993"}'
    await WAYS['POST']?.(core, query, `{"value":${value},"id":9007199254740993}`)
    const { request, signed } = asked.at(-1) ?? {}
    expect(request?.variables).toEqual({
      value: { a: [9007199254740993n, 9007199254740992, 12, 1.5, 123456789012.12346], text: '9007199254740993' },
      id: '9007199254740993',
    })
    const sent = '{"a":[9007199254740993,9007199254740992,12,1.5,123456789012.12346],"text":"9007199254740993"}'
    expect(signed).toContain(`"variables":{"value":${sent},"id":"9007199254740993"}}`)
  })

  test('gets literals as the client wrote them', async () => {
    const { core } = world
    answer = { echo: null }
    await WAYS['POST']?.(core, '{ echo(value: [9007199254740993, 1.50, ENUM]) }')
    expect(asked.at(-1)?.request.query).toContain('echo(value:[9007199254740993 1.50 ENUM])')
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'is told that %s, which no JSON has, is no value',
    async (value) => {
      const { core } = world
      answer = { echo: value }
      const text = await WAYS['POST']?.(core, '{ echo }')
      expect(JSON.parse(text ?? '')).toMatchObject({
        data: { echo: null },
        errors: [{ path: ['echo'], extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } }],
      })
    },
  )
})
