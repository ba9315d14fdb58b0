import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { assetPath } from '../platform/assets.ts'

const run = promisify(execFile)
const programs = readdirSync(join(__dirname))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.replace('.ts', '.js'))
  .filter((file) => !['ask-password.js', 'command.js', 'standalone.js', 'limits-table.js'].includes(file))

test.each([...programs, '../roles/main.js'])(
  '%s says with --help how it is used, and what for, and does nothing',
  async (file) => {
    const { stdout, stderr } = await run(process.execPath, [assetPath(`dist/commands/${file}`), '--help'])
    expect(stderr).toBe('')
    const [usage, ...what] = stdout.trim().split('\n')
    expect(usage).toMatch(/^(npm (run [a-z:-]+|start)|node dist\/commands\/probe\.js)/)
    expect(what.join(' ').length).toBeGreaterThan(20)
  },
)

test.each(['print-config.js', 'dump-schema.js', 'document-errors.js'])(
  '%s refuses an argument that it does not know in one line',
  async (file) => {
    const failed = await run(process.execPath, [assetPath(`dist/commands/${file}`), '--everything']).catch(
      (error: { code: number; stderr: string }) => error,
    )
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^The argument --everything is unknown\. Usage: npm run [^\n]+\n$/),
    })
  },
)
