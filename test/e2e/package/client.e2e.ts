import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { assetPath } from '../../../platform/assets.ts'
import { makeFolder } from '../../support/program.ts'

/** The SDK in a project of its own: packed, unpacked there, and imported as the README does. */
jest.setTimeout(240_000)

const run = promisify(execFile)

/** What the SDK may ask for, and nothing that only a server needs. */
const DEPENDENCIES = ['graphql', 'graphql-ws', 'ws', '@graphql-typed-document-node', 'idb-keyval']

/** The modules for other libraries' caches, and what an app does with them. */
const ADAPTERS = ['./apollo']
const ADAPTED = [
  "import { ApolloClient, InMemoryCache } from '@apollo/client'",
  "import { connect } from '@parley/client'",
  "import { followInbox, parleyLink, typePolicies } from '@parley/client/apollo'",
  "import { MeDocument } from '@parley/client/operations'",
  "const app = connect({ url: 'http://127.0.0.1:1/graphql' })",
  'const client = new ApolloClient({ cache: new InMemoryCache({ typePolicies }), link: parleyLink(app) })',
  "export const follow = () => followInbox({ client, app, userId: 'me' })",
  'export const name = async (): Promise<string | undefined> => (await client.query({ query: MeDocument })).data?.me.id',
  "console.log(typeof follow === 'function')",
]

/** The package's files, by their paths in it. */
async function pack(to: string) {
  const packed = await run('npm', ['pack', '--json', '--pack-destination', to], { cwd: assetPath('client') })
  const [packs] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[\n'))) as [
    { filename: string; files: { path: string }[] },
  ]
  return packs
}

/** A project of its own that has the package, and what it depends on. */
async function makeProject(path: string) {
  const { filename, files } = await pack(path)
  const modules = join(path, 'node_modules')
  const home = join(modules, '@parley/client')
  await mkdir(home, { recursive: true })
  await run('tar', ['xzf', join(path, filename), '--strip-components=1', '-C', home])
  for (const name of [...DEPENDENCIES, 'react', '@apollo', 'typescript', '@types']) {
    await symlink(assetPath(`node_modules/${name}`), join(modules, name))
  }
  await writeFile(join(path, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  return { home, files: files.map((file) => file.path) }
}

test('packed and unpacked in another project, the SDK is imported with its types, and brings nothing of the server', async () => {
  await using project = await makeFolder()
  const { home, files } = await makeProject(project.path)
  expect(files.filter((path) => !/^dist\/|^[A-Z]+(\.md)?$|^package\.json$|^schema\.graphql$/.test(path))).toEqual([])
  expect(files.filter((path) => path.includes('.test.'))).toEqual([])
  const { exports } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { types: string; default: string }>
  }
  const promised = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : [target.types, target.default],
  )
  expect(promised.filter((target) => !files.includes(target.slice(2)))).toEqual([])

  const named = Object.keys(exports).filter((name) => !name.endsWith('.graphql') && name !== '.')
  const modules = named.filter((name) => !ADAPTERS.includes(name))
  const app = [
    "import { connect } from '@parley/client'",
    "import { MeDocument } from '@parley/client/operations'",
    ...modules.map((name, at) => `import * as module${at} from '@parley/client/${name.slice(2)}'`),
    "const app = connect({ url: 'http://127.0.0.1:1/graphql' })",
    'export const names: () => Promise<string> = async () => (await app.query(MeDocument, {})).me.id',
    `console.log(typeof app.subscribe, [${modules.map((_, at) => `module${at}`).join()}].length)`,
  ]
  await writeFile(join(project.path, 'app.ts'), app.join('\n'))
  await writeFile(join(project.path, 'adapters.ts'), ADAPTED.join('\n'))
  const options = ['--target', 'esnext', '--lib', 'esnext,dom', '--strict', '--types', 'node']
  const tsc = assetPath('node_modules/typescript/bin/tsc')
  for (const how of ['nodenext', 'bundler']) {
    const module = how === 'nodenext' ? 'nodenext' : 'esnext'
    const args = [tsc, ...options, '--module', module, '--moduleResolution', how, 'app.ts']
    await run(process.execPath, args, { cwd: project.path })
    // The declarations of Apollo Client's own dependencies do not pass the compiler.
    await run(process.execPath, [...args.slice(0, -1), '--skipLibCheck', 'adapters.ts'], { cwd: project.path })
  }
  expect((await run(process.execPath, ['adapters.js'], { cwd: project.path })).stdout).toBe('true\n')
  const { stdout } = await run(process.execPath, ['app.js'], { cwd: project.path })
  expect(stdout).toBe(`function ${modules.length}\n`)
  await run(process.execPath, [assetPath('node_modules/publint/src/cli.js'), '--strict', home])
})

test('the core of the SDK is under 10 KB for a browser, and an app pays only for what it imports', async () => {
  await using project = await makeFolder()
  await makeProject(project.path)
  const sizeOf = async (...lines: string[]): Promise<number> => {
    await writeFile(join(project.path, 'page.js'), lines.join('\n'))
    const { outputFiles } = await build({
      entryPoints: [join(project.path, 'page.js')],
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      external: ['ws'],
    })
    return gzipSync(outputFiles[0]!.contents, { level: 9 }).length
  }
  const core = await sizeOf("export { connect } from '@parley/client'")
  const one = await sizeOf(
    "export { connect } from '@parley/client'",
    "export { MeDocument } from '@parley/client/operations'",
  )
  const all = await sizeOf(
    "export { connect } from '@parley/client'",
    "export { openAccount } from '@parley/client/account'",
    "export { openOutbox } from '@parley/client/outbox'",
    "export { follow } from '@parley/client/follow'",
    "export { browserStorage } from '@parley/client/storage/browser'",
  )
  const apollo = await sizeOf(
    "export { followInbox, parleyLink, typePolicies } from '@parley/client/apollo'",
    "export { ApolloClient, InMemoryCache } from '@apollo/client'",
  )
  const apolloAlone = await sizeOf("export { ApolloClient, InMemoryCache } from '@apollo/client'")
  process.stdout.write(`The SDK, gzip: connect ${core} bytes, with one document ${one}, with all modules ${all}\n`)
  process.stdout.write(`Kept right in Apollo Client: ${apollo - apolloAlone} bytes more\n`)
  expect(apollo - apolloAlone).toBeLessThan(22 * 1024)
  expect(core).toBeLessThan(10 * 1024)
  expect(one - core).toBeLessThan(300)
  expect(all).toBeLessThan(16 * 1024)
})
