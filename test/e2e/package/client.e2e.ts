import { execFile } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { assetPath } from '../../../platform/assets.ts'
import { makeFolder } from '../../support/program.ts'

/** The SDK in a project of its own: packed, unpacked there, and imported as the README does. */
jest.setTimeout(240_000)

const run = promisify(execFile)

/** What the SDK may ask for, and nothing that only a server needs. */
const DEPENDENCIES = ['graphql', 'graphql-ws', 'ws', '@graphql-typed-document-node', 'idb-keyval']

test('packed and unpacked in another project, the SDK is imported with its types, and brings nothing of the server', async () => {
  await using project = await makeFolder()
  const packed = await run('npm', ['pack', '--json', '--pack-destination', project.path], { cwd: assetPath('.') })
  const [{ filename, files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[\n'))) as [
    { filename: string; files: { path: string }[] },
  ]
  const strangers = files
    .map(({ path }) => path)
    .filter(
      (path) => !/^(dist\/client|docs|examples)\/|^schema\/api\.graphql$|^[A-Z]+(\.md)?$|^package\.json$/.test(path),
    )
  expect(strangers).toEqual([])
  expect(files.filter(({ path }) => path.includes('.test.'))).toEqual([])

  const modules = join(project.path, 'node_modules')
  const home = join(modules, 'parley')
  await mkdir(home, { recursive: true })
  await run('tar', ['xzf', join(project.path, filename), '--strip-components=1', '-C', home])
  for (const name of [...DEPENDENCIES, 'typescript', '@types']) {
    await symlink(assetPath(`node_modules/${name}`), join(modules, name))
  }
  await writeFile(join(project.path, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const app = [
    "import { connect } from 'parley/client'",
    "import { MeDocument } from 'parley/client/operations'",
    "const app = connect({ url: 'http://127.0.0.1:1/graphql' })",
    'export const names: () => Promise<string> = async () => (await app.query(MeDocument, {})).me.id',
    'console.log(typeof app.subscribe)',
  ]
  await writeFile(join(project.path, 'app.ts'), app.join('\n'))
  const options = ['--module', 'nodenext', '--target', 'esnext', '--lib', 'esnext,dom', '--strict', '--types', 'node']
  await run(process.execPath, [assetPath('node_modules/typescript/bin/tsc'), ...options, 'app.ts'], {
    cwd: project.path,
  })
  const { stdout } = await run(process.execPath, ['app.js'], { cwd: project.path })
  expect(stdout).toBe('function\n')
})
