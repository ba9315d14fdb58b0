import { randomUUID, webcrypto } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { WebSocket } from 'ws'
import type { Account, SignedIn } from '../../../client/account.ts'
import type { Outbox } from '../../../client/outbox.ts'
import type { ClientStorage } from '../../../client/storage/storage.ts'
import { mailbox } from '../../../examples/development.ts'
import { assetPath } from '../../../platform/assets.ts'
import { openDirect, openInbox, sendText, signInAt, type Signed } from '../../support/app.ts'
import { eventually } from '../../support/eventually.ts'
import { makeFolder, type Program, startProgram } from '../../support/program.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

/**
 * The example for React Native in a world that has what React Native has, and nothing of Node or of a browser. The native
 * modules, which only a telephone has, are stood in for.
 */
jest.setTimeout(180_000)

/**
 * What a bundler for React Native makes of the example: it leaves out what the package says, knows nothing of Node, and
 * takes native modules from `native`.
 */
async function bundle(): Promise<string> {
  const { 'react-native': replaced } = JSON.parse(await readFile(assetPath('client/package.json'), 'utf8')) as {
    'react-native': Readonly<Record<string, false>>
  }
  const entry = [
    `import './examples/react-native/polyfills.js'`,
    `export { openAccount } from '@parley/client/account'`,
    `export { openChat } from './examples/react-native/chat.js'`,
    `export { nativeStorage } from './examples/react-native/storage.js'`,
  ]
  const { outputFiles } = await build({
    stdin: { contents: entry.join('\n'), resolveDir: assetPath('.') },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'example',
    platform: 'neutral',
    mainFields: ['react-native', 'module', 'main'],
    conditions: ['react-native', 'import'],
    // Its compiler makes plain functions of these.
    supported: { 'for-await': false, 'async-generator': false },
    plugins: [
      {
        name: 'native',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^[a-z-]+(\/auto)?$/ }, ({ path }) =>
            replaced[path] === false || path.startsWith('react-native-') ? { path, namespace: 'native' } : undefined,
          )
          onLoad({ filter: /.*/, namespace: 'native' }, ({ path }) => ({
            contents: path.endsWith('crypto')
              ? 'export const install = () => void (globalThis.crypto = native.crypto)'
              : '',
          }))
        },
      },
    ],
  })
  return outputFiles[0]!.text
}

/** The stores and the state of one telephone, which outlast the app. */
function makeTelephone() {
  const kept = new Map<string, string>()
  const secrets = new Map<string, string>()
  const listeners = new Set<(state: string) => void>()
  return {
    kept,
    secrets,
    asyncStorage: {
      getItem: async (key: string) => kept.get(key) ?? null,
      setItem: async (key: string, value: string) => void kept.set(key, value),
      removeItem: async (key: string) => void kept.delete(key),
      getAllKeys: async () => [...kept.keys()],
      multiGet: async (keys: string[]) => keys.map((key) => [key, kept.get(key) ?? null]),
    },
    secureStore: {
      getItemAsync: async (key: string) => secrets.get(key) ?? null,
      setItemAsync: async (key: string, value: string) => void secrets.set(key, value),
      deleteItemAsync: async (key: string) => void secrets.delete(key),
    },
    appState: {
      currentState: 'active',
      addEventListener(_: string, listener: (state: string) => void) {
        listeners.add(listener)
        return { remove: () => void listeners.delete(listener) }
      },
    },
    turn: (state: string) => listeners.forEach((listener) => listener(state)),
  }
}

interface Example {
  openAccount(options: object): Account
  nativeStorage(options: object): ClientStorage
  openChat(options: object): Promise<{ outbox: Outbox; close(): Promise<void> }>
}

/** The globals of React Native 0.79, as far as they are of use here. */
function startApp(script: string): Example {
  const world = createContext({
    native: { crypto: webcrypto },
    AbortSignal: { timeout: undefined },
    ...{ AbortController, WebSocket, fetch, URL, TextEncoder, atob, performance, setTimeout, clearTimeout, console },
  })
  runInContext(`delete Symbol.asyncIterator; delete Symbol.asyncDispose\n${script}`, world)
  return runInContext('example', world) as Example
}

let folder: Awaited<ReturnType<typeof makeFolder>>
let program: Program
let network: TcpProxy
let bob: Signed

beforeAll(async () => {
  folder = await makeFolder()
  program = await startProgram({ DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'warn' })
  network = await startTcpProxy(program.banner('GraphQL'))
  bob = await signInAt(program.banner('GraphQL'), folder.path, 'Bob')
})
afterAll(async () => {
  await bob?.app[Symbol.asyncDispose]()
  await network?.[Symbol.asyncDispose]()
  await program?.stop()
  await folder?.[Symbol.asyncDispose]()
})

test('signs in, follows while it is looked at, and sends after a restart what was written offline', async () => {
  const script = await bundle()
  const telephone = makeTelephone()
  const open = (example: Example) => {
    const storage = example.nativeStorage(telephone)
    return {
      storage,
      account: example.openAccount({ url: network.url, storage, deviceName: 'A telephone', platform: 'IOS' }),
    }
  }
  const heard: string[] = []
  let refetches = 0
  const chatOf = (example: Example, signedIn: SignedIn, storage: ClientStorage) =>
    example.openChat({
      ...{ url: network.url, signedIn, storage, appState: telephone.appState },
      refetch: () => void refetches++,
      onEnded: (error: Error) => void heard.push(String(error)),
      onEvent(event: { __typename: string; message?: { text: string; sender: { displayName: string } } }) {
        if (event.message?.sender.displayName === 'Bob') heard.push(event.message.text)
      },
    })

  const first = startApp(script)
  const { storage, account } = open(first)
  const address = `tessa.${randomUUID()}@example.org`
  await account.requestCode(address)
  const { signedIn } = await account.verifyCode(address, await mailbox(folder.path).findOtp(address), 'Tessa')
  const conversationId = await openDirect(bob, { userId: signedIn!.userId } as Signed)
  await using inbox = openInbox(bob)
  await inbox.next()
  const chat = await chatOf(first, signedIn!, storage)
  await eventually(() => expect(refetches).toBe(1), 30_000)
  await sendText(bob, conversationId, 'seen')
  await eventually(() => expect(heard).toEqual(['seen']), 30_000)

  telephone.turn('background')
  await sendText(bob, conversationId, 'missed')
  telephone.turn('active')
  await eventually(() => expect(heard).toEqual(['seen', 'missed']), 30_000)

  network.cut()
  for (const text of ['offline 1', 'offline 2']) await chat.outbox.send({ conversationId, text })
  await chat.close()
  network.restore()
  // Secrets are in the keychain alone.
  expect([...telephone.secrets.keys()].sort()).toEqual(['device', 'signed-in'])
  const { hmacKey } = (JSON.parse(telephone.secrets.get('signed-in')!) as SignedIn).session
  expect(JSON.stringify([...telephone.kept])).not.toContain(hmacKey)

  const again = open(startApp(script))
  const current = await again.account.current()
  expect(current?.userId).toBe(signedIn!.userId)
  const later = await chatOf(startApp(script), current!, again.storage)
  const texts: string[] = []
  while (texts.length < 4) texts.push(await inbox.text())
  expect(texts).toEqual(['seen', 'missed', 'offline 1', 'offline 2'])
  await sendText(bob, conversationId, 'after the restart')
  await eventually(() => expect(heard).toEqual(['seen', 'missed', 'after the restart']), 30_000)
  expect(refetches).toBe(1)
  await later.close()
})
