import { execFile, spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { assetPath } from '../../../platform/assets.ts'
import { startGraph } from '../../support/federated-graph.ts'
import { makeFolder } from '../../support/program.ts'

/** The core as somebody else's dependency: packed, installed into an empty project, and run by its README's example. */
jest.setTimeout(240_000)

const run = promisify(execFile)
const SUBGRAPHS = ['catalog', 'stock', 'people', 'reviews'] as const

/** Each subgraph's routing URL is where it really listens, as in anybody's supergraph. */
function withUrls(sdl: string, urlOf: (name: string) => string): string {
  return sdl.replace(/@join__graph\(name: "(\w+)", url: "[^"]*"\)/g, (_, name: string) => {
    return `@join__graph(name: "${name}", url: "${urlOf(name)}")`
  })
}

test('packed and installed into an empty project, the example of its README serves federated subscriptions', async () => {
  await using project = await makeFolder()
  const core = assetPath('gateway/core')
  const packed = await run('npm', ['pack', '--json', '--pack-destination', project.path], { cwd: core })
  const [{ filename, files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('['))) as [
    { filename: string; files: { path: string }[] },
  ]
  // Nothing but what runs: no tests, no sources, nothing of the product.
  const strangers = files
    .map(({ path }) => path)
    .filter((path) => !/^(dist\/.*\.(js|d\.ts)|(README|PROTOCOL)\.md|LICENSE|NOTICE|package\.json)$/.test(path))
  expect(strangers).toEqual([])
  expect(files.some(({ path }) => path.includes('.test.'))).toBe(false)

  const { peerDependencies } = JSON.parse(await readFile(join(core, 'package.json'), 'utf8')) as {
    peerDependencies: Record<string, string>
  }
  await writeFile(
    join(project.path, 'package.json'),
    JSON.stringify({ name: 'somebody', private: true, type: 'module' }),
  )
  const peers = Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`)
  await run(
    'npm',
    ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', `./${filename}`, ...peers],
    { cwd: project.path },
  )

  await using graph = await startGraph(SUBGRAPHS)
  const urlOf = (name: string) => {
    const source = graph.source(name)
    if (source.kind !== 'remote') throw new Error(`${name} should be remote here.`)
    return source.url
  }
  const readme = await readFile(join(core, 'README.md'), 'utf8')
  const example = /```js\n([\s\S]*?)```/.exec(readme)![1]!
  await writeFile(join(project.path, 'supergraph.graphql'), withUrls(graph.supergraphSdl, urlOf))
  await writeFile(join(project.path, 'example.js'), example)

  const child = spawn(process.execPath, ['example.js'], {
    cwd: project.path,
    env: { PATH: process.env['PATH'], PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  try {
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve)
      void ended.then((code) => reject(new Error(`The example ended with ${code}.`)))
    })
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ product(id: "1") { name } }' }),
    })
    expect(await answer.json()).toMatchObject({ data: { product: { name: expect.any(String) as string } } })

    const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket })
    const stream = client.iterate({
      query: 'subscription { reviewAdded(product: "1") { id text product { name shipping } } }',
    })
    const first = stream.next()
    while (graph.openStreams() === 0) await new Promise((resolve) => setTimeout(resolve, 10))
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
  } finally {
    child.kill('SIGTERM')
  }
  expect(await ended).toBe(0)
})
