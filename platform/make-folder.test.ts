import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from './make-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-folder-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('makes what is missing above too, with the mode, and says whether it made anything', () => {
  const inner = join(folder, 'a', 'b')
  expect(makeFolder(inner, 0o700)).toBe(true)
  expect(statSync(inner).mode & 0o777).toBe(0o700)
  expect(makeFolder(inner)).toBe(false)
})

test('what cannot be a folder is an error at once', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect(() => makeFolder(file)).toThrow(/is a file/)
  expect(() => makeFolder(join(file, 'below'))).toThrow(/is a file|ENOTDIR/)
})

const onLinux = process.platform === 'linux' ? test : test.skip
onLinux('a file system that takes no folders is an error, and not tried for ever', () => {
  expect(() => makeFolder('/proc/none/below')).toThrow(/ENOENT/)
})
