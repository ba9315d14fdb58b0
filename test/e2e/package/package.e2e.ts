import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { assetPath } from '../../../platform/assets.ts'
import { eventually } from '../../support/eventually.ts'
import { startGraph } from '../../support/federated-graph.ts'
import { makeFolder } from '../../support/program.ts'
import { startExample, type Example } from './examples.ts'

/** The core as somebody else's dependency: packed, installed into an empty project, and run by its README's examples. */
jest.setTimeout(240_000)

const run = promisify(execFile)
const SUBGRAPHS = ['catalog', 'stock', 'people', 'reviews'] as const
const core = assetPath('gateway/core')

let project: Awaited<ReturnType<typeof makeFolder>>
let tarball: string
let files: string[]
let readme: string

beforeAll(async () => {
  project = await makeFolder()
  const packed = await run('npm', ['pack', '--json', '--pack-destination', project.path], { cwd: core })
  const [{ filename, files: inside }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('['))) as [
    { filename: string; files: { path: string }[] },
  ]
  files = inside.map(({ path }) => path)
  tarball = filename
  const { peerDependencies } = JSON.parse(await readFile(join(core, 'package.json'), 'utf8')) as {
    peerDependencies: Record<string, string>
  }
  await writeFile(
    join(project.path, 'package.json'),
    JSON.stringify({ name: 'somebody', private: true, type: 'module' }),
  )
  const peers = Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`)
  // What the README's examples of subgraphs need besides, in the versions of the product.
  const others = ['@apollo/subgraph@2.14.4', '@apollo/composition@2.14.4']
  await run(
    'npm',
    ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball}`, ...peers, ...others],
    { cwd: project.path },
  )
  readme = await readFile(join(project.path, 'node_modules/@parley/gateway/README.md'), 'utf8')
}, 240_000)
afterAll(() => project?.[Symbol.asyncDispose]())

/** Each subgraph's routing URL is where it really listens, as in anybody's supergraph. */
function withUrls(sdl: string, urlOf: (name: string) => string): string {
  return sdl.replace(/@join__graph\(name: "(\w+)", url: "[^"]*"\)/g, (_, name: string) => {
    return `@join__graph(name: "${name}", url: "${urlOf(name)}")`
  })
}

function clientOf({ wsUrl }: Example, connectionParams: Record<string, unknown> = {}) {
  return createClient({ url: wsUrl, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 })
}

test('the tarball has what runs, its documents and its licence, and no tests, sources or anything of the product', async () => {
  const strangers = files.filter(
    (path) => !/^(dist\/.*\.(js|d\.ts)|(README|PROTOCOL)\.md|LICENSE|NOTICE|package\.json)$/.test(path),
  )
  expect(strangers).toEqual([])
  expect(files.some((path) => path.includes('.test.'))).toBe(false)
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'NOTICE', 'README.md', 'PROTOCOL.md', 'dist/index.d.ts']))
  const inTarball = async (path: string) =>
    (await run('tar', ['-xzOf', tarball, `package/${path}`], { cwd: project.path })).stdout
  expect(await inTarball('LICENSE')).toBe(await readFile(assetPath('LICENSE'), 'utf8'))
  expect(await inTarball('NOTICE')).toContain('Elastic License 2.0')
  expect(JSON.parse(await inTarball('package.json'))).toMatchObject({
    name: '@parley/gateway',
    description: expect.stringMatching(/gateway with subscriptions/) as string,
  })
})

test('the package gives out its limits, its close codes and their types', async () => {
  const names = 'openGateway, DEFAULT_LIMITS, CloseCode, codes'
  const script = `import { ${names} } from '@parley/gateway'; console.log(DEFAULT_LIMITS.maxTokens, CloseCode.Restart)`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: project.path })
  expect(stdout.trim()).toBe('10000 1012')
  const types = await readFile(join(project.path, 'node_modules/@parley/gateway/dist/index.d.ts'), 'utf8')
  expect(types).toMatch(/type Limits\b/)
})

test('a strict TypeScript project compiles against its types, and is told of a wrong option', async () => {
  await writeFile(
    join(project.path, 'typed.ts'),
    `import { openGateway, DEFAULT_LIMITS, CloseCode, type GatewayOptions, type Limits } from '@parley/gateway'
     export const limits: Limits = { ...DEFAULT_LIMITS, maxTokens: 1 }
     export const code: 1012 = CloseCode.Restart
     const options: GatewayOptions<{ user: string }> = {
       supergraphSdl: '',
       subgraphs: (_name, url) => ({ kind: 'remote', url, wsUrl: url }),
       authenticate: async (_request, client) => ({ user: String(client.signal.aborted) }),
       identityOf: ({ user }) => user,
       limits,
     }
     // @ts-expect-error There is no such option.
     export const wrong: GatewayOptions<{ user: string }> = { ...options, nothing: true }
     export const sockets = async () => (await openGateway(options)).stats().sockets satisfies number`,
  )
  const flags = '--noEmit --strict --skipLibCheck --module nodenext --lib es2023,esnext.disposable --types node'.split(
    ' ',
  )
  const typeRoots = ['--typeRoots', assetPath('node_modules/@types')]
  const tsc = assetPath('node_modules/typescript/bin/tsc')
  const { stdout } = await run(process.execPath, [tsc, ...flags, ...typeRoots, 'typed.ts'], {
    cwd: project.path,
  }).catch((error: { stdout: string }) => error)
  expect(stdout).toBe('')
})

test('the first example of the README serves federated subscriptions over remote subgraphs', async () => {
  await using graph = await startGraph(SUBGRAPHS)
  const urlOf = (name: string) => {
    const source = graph.source(name)
    if (source.kind !== 'remote') throw new Error(`${name} should be remote here.`)
    return source.url
  }
  await writeFile(join(project.path, 'supergraph.graphql'), withUrls(graph.supergraphSdl, urlOf))
  await using example = await startExample(project.path, readme, 'gateway.js')
  expect((await example.post('{ product(id: "1") { name } }')).body).toMatchObject({
    data: { product: { name: expect.any(String) as string } },
  })

  const client = clientOf(example)
  const stream = client.iterate({
    query: 'subscription { reviewAdded(product: "1") { id text product { name shipping } } }',
  })
  const first = stream.next()
  await eventually(() => graph.openStreams() > 0)
  graph.addReview('r1', '1')
  // The name comes from one subgraph, shipping from another, which needs the weight from the first.
  expect((await first).value).toMatchObject({
    data: {
      reviewAdded: {
        id: 'r1',
        product: { name: expect.any(String) as string, shipping: expect.any(Number) as number },
      },
    },
  })
  await stream.return?.()
  await client.dispose()
  expect(await example.end()).toBe(0)
})

test('the second example serves a subscription of a subgraph in the same process', async () => {
  await using example = await startExample(project.path, readme, 'clock.js')
  expect(await example.post('{ now }')).toMatchObject({
    status: 200,
    body: { data: { now: expect.any(String) as string } },
  })
  const client = clientOf(example)
  const stream = client.iterate({ query: 'subscription { tick(everyMs: 10) }' })
  for (let ticks = 0; ticks < 2; ticks++) {
    expect((await stream.next()).value).toMatchObject({ data: { tick: expect.any(String) as string } })
  }
  await stream.return?.()
  await client.dispose()
  expect(await example.end()).toBe(0)
})

test('in the third example each user has an inbox of their own, which goes on from a cursor', async () => {
  await using example = await startExample(project.path, readme, 'inbox.js')
  const asBob = { 'x-token': 'secret-of-bob' }
  expect(await example.post('{ me }', asBob)).toMatchObject({ body: { data: { me: 'bob' } } })
  expect(await example.post('{ me }')).toMatchObject({
    status: 401,
    body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
  })
  const send = (to: string, text: string) => example.post(`mutation { send(to: "${to}", text: "${text}") }`, asBob)
  await send('ann', 'one')
  await send('bob', 'not for ann')
  await send('ann', 'two')

  const client = clientOf(example, { token: 'secret-of-ann' })
  const query = 'subscription ($after: String) { inbox(after: $after) { cursor text } }'
  const from = (after: string) => client.iterate({ query, variables: { after } })
  const stream = from('0')
  const next = async (of = stream) => (await of.next()).value as unknown
  expect(await next()).toMatchObject({ data: { inbox: { cursor: '1', text: 'one' } } })
  expect(await next()).toMatchObject({ data: { inbox: { cursor: '2', text: 'two' } } })
  await send('ann', 'three')
  expect(await next()).toMatchObject({ data: { inbox: { cursor: '3', text: 'three' } } })
  await stream.return?.()

  const resumed = from('2')
  expect(await next(resumed)).toMatchObject({ data: { inbox: { cursor: '3', text: 'three' } } })
  await resumed.return?.()
  await client.dispose()
  expect(await example.end()).toBe(0)
})
