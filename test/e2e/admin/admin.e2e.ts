import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { parse } from 'graphql'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { type App, connect } from '../../../client/connect.ts'
import { signInAt } from '../../support/app.ts'
import { createDatabase } from '../../support/database.ts'
import { makeFolder, runProgram, startProgram } from '../../support/program.ts'

/** From the operator's command to an admin's act, in the program as it is started. */
jest.setTimeout(120_000)

const pem = (type: 'rsa' | 'ed25519') => {
  const { privateKey, publicKey } =
    type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519')
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

const run = <Data>(app: App, text: string, variables: object = {}) =>
  app.mutate(parse(text) as TypedDocumentNode<Data, object>, variables)

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}
const SIGN_IN = `mutation ($input: AdminSignInInput!) {
  adminSignIn(input: $input) { failure tokens { accessToken refreshToken } }
}`
const signInAdmin = async (url: string, email: string, password: string) => {
  await using anonymous = connect({ url })
  const { adminSignIn } = await run<{ adminSignIn: { tokens: Tokens | null } }>(anonymous, SIGN_IN, {
    input: { email, password },
  })
  if (!adminSignIn.tokens) throw new Error('The password was not taken.')
  return adminSignIn.tokens
}
const SUSPEND = 'mutation ($id: ID!) { suspendUser(input: { userId: $id, reason: "Spam" }) { user { id } } }'

/** A database with one admin, whom the command made. */
async function makeWorld() {
  const database = await createDatabase({ max: 1 })
  const folder = await makeFolder()
  const env = { POSTGRES_URL: database.url, DATA_DIR: folder.path }
  const added = await runProgram('commands/admin.js', ['add', 'root@example.org'], env)
  const password = /shown once: (\S+)/.exec(added.stdout)?.[1] ?? ''
  return {
    env: { ...env, PORT: '0', LOG_LEVEL: 'error' },
    folder: folder.path,
    password,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

test('the first admin, made by the command, signs in without any configuration and acts; a user with that token does not', async () => {
  await using world = await makeWorld()
  await using program = await startProgram(world.env)
  const url = program.banner('GraphQL')
  const ada = await signInAt(url, world.folder, 'Ada')
  const { accessToken, refreshToken } = await signInAdmin(url, 'root@example.org', world.password)
  await using root = connect({ url, token: accessToken })
  await expect(run(ada.app, SUSPEND, { id: ada.userId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect(await run(root, SUSPEND, { id: ada.userId })).toEqual({ suspendUser: { user: { id: ada.userId } } })

  await using anonymous = connect({ url })
  const REFRESH = 'mutation ($t: String!) { adminRefresh(input: { refreshToken: $t }) { tokens { accessToken } } }'
  const { adminRefresh } = await run<{ adminRefresh: { tokens: Tokens } }>(anonymous, REFRESH, { t: refreshToken })
  await using again = connect({ url, token: adminRefresh.tokens.accessToken })
  await run(again, 'mutation ($id: ID!) { restoreUser(input: { userId: $id }) { user { id } } }', { id: ada.userId })
  // A refresh token is no access token.
  await using wrong = connect({ url, token: refreshToken })
  await expect(run(wrong, SUSPEND, { id: ada.userId })).rejects.toMatchObject({ code: 'MALFORMED_CREDENTIALS' })
  await ada.app[Symbol.asyncDispose]()
})

test.each(['rsa', 'ed25519'] as const)(
  'with an %s key, tokens are verified by the key set that the server publishes, also while keys are changed',
  async (type) => {
    await using world = await makeWorld()
    const [old, next] = [pem(type), pem(type)]
    let oldToken: string
    {
      await using program = await startProgram({ ...world.env, ADMIN_JWT_PRIVATE_KEY: old.privatePem })
      const url = program.banner('GraphQL')
      oldToken = (await signInAdmin(url, 'root@example.org', world.password)).accessToken
      expect(decodeProtectedHeader(oldToken).alg).toBe(type === 'rsa' ? 'RS256' : 'EdDSA')
      const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', url))
      expect((await jwtVerify(oldToken, keys)).payload['roles']).toEqual(['admin'])
    }
    await using program = await startProgram({
      ...world.env,
      ADMIN_JWT_PRIVATE_KEY: next.privatePem,
      ADMIN_JWT_PUBLIC_KEY: old.publicPem,
    })
    const url = program.banner('GraphQL')
    const { accessToken } = await signInAdmin(url, 'root@example.org', world.password)
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', url))
    const published = await (await fetch(new URL('/.well-known/jwks.json', url))).text()
    expect(published).not.toContain('"d"')
    for (const token of [oldToken, accessToken]) {
      await jwtVerify(token, keys)
      await using root = connect({ url, token })
      const LOG = '{ securityEvents(filter: { kinds: [ADMIN_SIGNED_IN] }) { edges { node { kind } } } }'
      expect(await run(root, LOG)).toMatchObject({ securityEvents: { edges: [{}, {}] } })
    }
  },
)

test('a gateway accepts the keys of a set by URL, and says so when the set cannot be fetched', async () => {
  await using world = await makeWorld()
  const key = pem('ed25519')
  const { SignJWT, exportJWK, importPKCS8, importSPKI } = await import('jose')
  const jwk = { ...(await exportJWK(await importSPKI(key.publicPem, 'EdDSA'))), kid: 'k1', alg: 'EdDSA' }
  let status = 503
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const jwks = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`
    await using program = await startProgram({ ...world.env, ADMIN_JWT_JWKS: jwks })
    const url = program.banner('GraphQL')
    const sign = async (kid: string) =>
      new SignJWT({ roles: ['admin'] })
        .setProtectedHeader({ alg: 'EdDSA', kid })
        .setSubject('root')
        .setExpirationTime('5m')
        .sign(await importPKCS8(key.privatePem, 'EdDSA'))
    const LOG = '{ securityEvents { edges { cursor } } }'
    await using root = connect({ url, token: await sign('k1') })
    await expect(run(root, LOG)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    status = 200
    expect(await run(root, LOG)).toMatchObject({ securityEvents: { edges: expect.any(Array) } })
    await using stranger = connect({ url, token: await sign('k2') })
    await expect(run(stranger, LOG)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
  } finally {
    server.close()
  }
})

test.each([
  [{ ADMIN_JWT_PRIVATE_KEY: 'this is not a private key' }, 'ADMIN_JWT_PRIVATE_KEY: A private key must be a PEM text'],
  [{ ADMIN_JWT_JWKS: '/nowhere/jwks.json' }, 'ADMIN_JWT_JWKS: /nowhere/jwks.json is no JSON Web Key Set'],
  [{ ADMIN_JWT_SECRET: 'short' }, 'ADMIN_JWT_SECRET is shorter than 32 characters'],
  [{ ADMIN_JWT_SECRET: 'a'.repeat(40) }, 'ADMIN_JWT_SECRET is too easy to guess'],
])('%j stops the start with one line', async (env, text) => {
  await using folder = await makeFolder()
  const ended = await runProgram('roles/main.js', [], { DATA_DIR: folder.path, PORT: '0', ...env })
  expect(ended.code).toBe(1)
  expect(ended.stderr).toContain(text)
})
