import { spawn } from 'node:child_process'
import { assetPath } from '../platform/assets.ts'
import { checkPassword } from '../subgraphs/users/admin-sign-in/password.ts'
import { createDatabase, type TestDatabase } from '../test/support/database.ts'
import { eventually } from '../test/support/eventually.ts'
import { makeFolder } from '../test/support/program.ts'

jest.setTimeout(60_000)

let db: TestDatabase
let folder: Awaited<ReturnType<typeof makeFolder>>
beforeAll(async () => {
  db = await createDatabase({ max: 2 })
  folder = await makeFolder()
})
afterAll(async () => {
  await db[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

function admin(args: readonly string[], stdin = ''): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [assetPath('dist/commands/admin.js'), ...args], {
    env: { PATH: process.env['PATH'], POSTGRES_URL: db.url, DATA_DIR: folder.path },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  child.stdin.end(stdin)
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
}

const hashOf = async (email: string): Promise<string | null> => {
  const { rows } = await db.database.query<{ hash: string }>(
    'select password_hash as hash from users.admin where email = $1::text',
    [email],
  )
  return rows[0]?.hash ?? null
}

test('an operator adds an admin with a generated password, changes it, lists and removes the admin', async () => {
  expect(await admin(['list'])).toEqual({ code: 0, stdout: 'There is no admin.\n', stderr: '' })
  const added = await admin(['add', 'Root@Example.org', '--scopes', 'admin,support'])
  expect(added).toMatchObject({ code: 0, stderr: '' })
  const [, password = ''] =
    /^root@example\.org is an admin now\.\nPassword, shown once: (\S{24})\n$/.exec(added.stdout) ?? []
  expect((await checkPassword(await hashOf('root@example.org'), password)).right).toBe(true)
  expect((await admin(['list'])).stdout).toMatch(/^root@example\.org {2}admin,support {2}since /)
  expect(await admin(['add', 'root@example.org'])).toMatchObject({
    code: 1,
    stderr: 'root@example.org is an admin already: use reset-password.\n',
  })
  const reset = await admin(
    ['reset-password', 'root@example.org', '--password-stdin'],
    'correct horse battery\nnot this\n',
  )
  expect(reset).toEqual({
    code: 0,
    stdout: 'root@example.org has a new password, and is signed out everywhere.\n',
    stderr: '',
  })
  expect((await checkPassword(await hashOf('root@example.org'), 'correct horse battery')).right).toBe(true)
  expect((await checkPassword(await hashOf('root@example.org'), password)).right).toBe(false)
  expect((await admin(['codes-on', 'root@example.org'])).stdout).toMatch(
    /^root@example\.org needs a code from now on\. For the app, shown once:\notpauth:\/\/totp\/\S+secret=[A-Z2-7]{32}\S*\n$/,
  )
  expect((await admin(['codes-off', 'root@example.org'])).stdout).toBe('root@example.org needs no code any more.\n')
  expect(await admin(['remove', 'root@example.org'])).toMatchObject({ code: 0, stderr: '' })
  expect(await hashOf('root@example.org')).toBeNull()
  const { rows } = await db.database.query<{ detail: object }>(
    `select detail from users.security_event where kind = 'ADMIN_CHANGED' order by id`,
  )
  expect(rows.map(({ detail }) => detail)).toEqual(
    ['ADDED', 'PASSWORD_RESET', 'CODES_ON', 'CODES_OFF', 'REMOVED'].map((reason) => ({
      reason,
      note: 'root@example.org',
    })),
  )
})

test.each([
  [[], 'npm run admin -- add EMAIL'],
  [['add'], 'npm run admin -- add EMAIL'],
  [['list', 'root@example.org'], 'npm run admin -- add EMAIL'],
  [['promote', 'root@example.org'], 'npm run admin -- add EMAIL'],
  [['add', 'root@example.org', '--password', 'x'], 'The option --password is unknown.'],
  [['add', 'nobody'], '`address` must be an e-mail address'],
  [['add', '+4915112345678'], '`email` must be an e-mail address.'],
  [['add', 'a@example.org', '--scopes', 'a b'], 'An admin has 1 to 32 scopes'],
  [['remove', 'nobody@example.org'], 'There is no admin nobody@example.org.'],
  [['reset-password', 'nobody@example.org'], 'There is no admin nobody@example.org.'],
])('%j is refused, with what is right', async (args, text) => {
  const { code, stdout, stderr } = await admin(args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(text)
})

/** The command on a terminal of its own, where each text is typed when the prompt before it has come. */
async function adminAtTerminal(args: readonly string[], typed: readonly (readonly [prompt: string, text: string])[]) {
  const command = [process.execPath, assetPath('dist/commands/admin.js'), ...args].map((part) => `'${part}'`).join(' ')
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: { PATH: process.env['PATH'], POSTGRES_URL: db.url, DATA_DIR: folder.path, SHELL: '/bin/sh' },
  })
  let shown = ''
  child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()))
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  let from = 0
  for (const [prompt, text] of typed) {
    await eventually(() => expect(shown.slice(from)).toContain(prompt), 30_000)
    from = shown.length
    child.stdin.write(text)
  }
  const code = await closed
  return { code, shown: shown.replaceAll('\r\n', '\n') }
}

describe('on a terminal', () => {
  const FIRST = 'Password (nothing: one is generated): '
  const SECOND = 'The same again: '

  test('a new password is asked for twice and never shown', async () => {
    const { code, shown } = await adminAtTerminal(
      ['add', 'typed@example.org'],
      [
        [FIRST, 'correct horse battery\r'],
        [SECOND, 'correct horse battery\r'],
      ],
    )
    expect({ code, shown }).toEqual({ code: 0, shown: `${FIRST}\n${SECOND}\ntyped@example.org is an admin now.\n` })
    expect((await checkPassword(await hashOf('typed@example.org'), 'correct horse battery')).right).toBe(true)
    const reset = await adminAtTerminal(
      ['reset-password', 'typed@example.org'],
      [
        [FIRST, 'other horse battery\r'],
        [SECOND, 'other horse battery\r'],
      ],
    )
    expect(reset.code).toBe(0)
    expect((await checkPassword(await hashOf('typed@example.org'), 'other horse battery')).right).toBe(true)
  })

  test('one is generated if nothing is typed', async () => {
    const { code, shown } = await adminAtTerminal(['add', 'generated@example.org'], [[FIRST, '\r']])
    expect(code).toBe(0)
    const [, password = ''] = /Password, shown once: (\S{24})\n$/.exec(shown) ?? []
    expect((await checkPassword(await hashOf('generated@example.org'), password)).right).toBe(true)
  })

  test('nothing changes if the two differ, or by Ctrl-C and Ctrl-D', async () => {
    const differ = await adminAtTerminal(
      ['add', 'c@example.org'],
      [
        [FIRST, 'correct horse battery\r'],
        [SECOND, 'correct horse bakery\r'],
      ],
    )
    expect(differ).toEqual({
      code: 1,
      shown: `${FIRST}\n${SECOND}\nThe two passwords differ: nothing was changed.\n`,
    })
    for (const key of ['\u0003', '\u0004']) {
      const cancelled = await adminAtTerminal(
        ['add', 'c@example.org'],
        [[FIRST, `half a pass${key === '\u0004' ? '\u0015' : ''}${key}`]],
      )
      expect(cancelled).toMatchObject({ code: 1, shown: `${FIRST}\nCancelled: nothing was changed.\n` })
    }
    expect(await hashOf('c@example.org')).toBeNull()
  })
})

test.each([['short'], [''], ['aaaaaaaaaaaaaaaa']])('%j is no password', async (password) => {
  const { code, stderr } = await admin(['add', 'b@example.org', '--password-stdin'], `${password}\n`)
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^The password .*\n$/) })
  expect(await hashOf('b@example.org')).toBeNull()
})
