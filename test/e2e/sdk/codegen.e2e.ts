import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { assetPath } from '../../../platform/assets.ts'
import { signInAt } from '../../support/app.ts'
import { makeFolder, startProgram } from '../../support/program.ts'

/** A team's own operations: from an empty folder to typed hooks, by the documented command. */
jest.setTimeout(240_000)

const run = promisify(execFile)

const DOCUMENTS = `
query Names($first: Int!) { conversations(first: $first) { edges { node { id unreadCount } } } }
query whoAmI { me { id displayName } }
mutation say($input: SendMessageInput!) { sendMessage(input: $input) { message { id sentAt } } }
subscription Inbox($after: Cursor) { inbox(after: $after) { __typename cursor } }
`

const APP = `
import { useNamesQuery, useSuspenseWhoAmIQuery, useSayMutation, useInboxSubscription } from './operations.js'

export function Screen() {
  const { data } = useNamesQuery({ first: 10 }, { skip: false })
  const { data: mine } = useSuspenseWhoAmIQuery()
  const [say] = useSayMutation()
  const { data: event } = useInboxSubscription({}, { onData: ({ inbox }) => inbox.__typename.length })
  const counts: number[] = data?.conversations.edges.map(({ node }) => node.unreadCount) ?? []
  const sentAt: Promise<string> = say({ input: { conversationId: 'c', clientMessageId: 'm', text: 't' } }).then(
    ({ sendMessage }) => sendMessage.message.sentAt,
  )
  // @ts-expect-error The variable is required.
  useNamesQuery()
  // @ts-expect-error There is no such field.
  void mine.me.age
  const name: string | null = mine.me.displayName
  return [counts, sentAt, event, name].length
}
`

async function makeProject(path: string): Promise<void> {
  const packed = await run('npm', ['pack', '--json', '--pack-destination', path], { cwd: assetPath('client') })
  const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[\n'))) as [{ filename: string }]
  const home = join(path, 'node_modules/@parley/client')
  await mkdir(home, { recursive: true })
  await run('tar', ['xzf', join(path, filename), '--strip-components=1', '-C', home])
  const needed = [
    'graphql',
    'graphql-ws',
    'ws',
    'idb-keyval',
    'react',
    'typescript',
    '@types',
    '@graphql-typed-document-node',
    '@graphql-codegen',
  ]
  for (const name of needed) {
    await mkdir(dirname(join(path, 'node_modules', name)), { recursive: true })
    await symlink(assetPath(`node_modules/${name}`), join(path, 'node_modules', name))
  }
  await writeFile(join(path, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await mkdir(join(path, 'src'))
  await writeFile(join(path, 'src/operations.graphql'), DOCUMENTS)
  await writeFile(join(path, 'src/app.ts'), APP)
}

const command = (cwd: string, args: readonly string[], env: Record<string, string> = {}) =>
  run(process.execPath, [join(cwd, 'node_modules/@parley/client/dist/codegen/command.js'), ...args], {
    cwd,
    env: { ...process.env, ...env },
  })

const ASK = ['--documents', 'src/**/*.graphql', '--out', 'src/operations.ts']

test('typed hooks come from the schema in the package, from a file, and from a running server; a wrong operation is named', async () => {
  await using project = await makeFolder()
  const { path } = project
  await makeProject(path)
  await command(path, ASK)
  const written = await readFile(join(path, 'src/operations.ts'), 'utf8')
  const options = [
    '--target',
    'esnext',
    '--module',
    'nodenext',
    '--lib',
    'esnext,dom',
    '--strict',
    '--skipLibCheck',
    '--noEmit',
  ]
  const tsc = assetPath('node_modules/typescript/bin/tsc')
  await run(process.execPath, [tsc, ...options, '--types', 'node', 'src/app.ts'], { cwd: path })

  await command(path, [...ASK, '--schema', assetPath('schema/api.graphql')])
  expect(await readFile(join(path, 'src/operations.ts'), 'utf8')).toBe(written)

  await using folder = await makeFolder()
  await using program = await startProgram({ DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'warn' })
  const url = program.banner('GraphQL')
  const { session, app } = await signInAt(url, folder.path, 'Ada')
  await app[Symbol.asyncDispose]()
  const env = { PARLEY_SESSION_ID: session.id, PARLEY_HMAC_KEY: session.hmacKey }
  const { stdout } = await command(path, [...ASK, '--schema', url], env)
  expect(stdout).toBe('Wrote src/operations.ts\n')
  expect(await readFile(join(path, 'src/operations.ts'), 'utf8')).toBe(written)
  expect(written).not.toContain(session.hmacKey)

  await writeFile(join(path, 'src/wrong.graphql'), 'query Wrong { me { age } }')
  const refused = (await command(path, ASK).catch((error: unknown) => error)) as { code: number; stderr: string }
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('age')
})

test('without hooks, without arguments, and with a server that is away it does or says what is right', async () => {
  await using project = await makeFolder()
  const { path } = project
  await makeProject(path)
  await command(path, [...ASK, '--no-hooks'])
  expect(await readFile(join(path, 'src/operations.ts'), 'utf8')).not.toContain('@parley/client/react')
  const failing = async (...args: string[]) =>
    ((await command(path, args).catch((error: unknown) => error)) as { stderr: string }).stderr
  expect(await failing()).toContain('--documents and --out')
  expect(await failing(...ASK, '--schema', 'http://127.0.0.1:1/graphql')).toContain('could not be reached')
  expect((await command(path, ['--help'])).stdout).toContain('parley-codegen --documents')
})
