import { execFileSync } from 'node:child_process'
import { dirname, join, relative } from 'node:path'
import parser from '@typescript-eslint/parser'
import { Linter } from 'eslint'
import importX from 'eslint-plugin-import-x'
import { zones } from '../../eslint.config.js'

/**
 * Prints what the linter says of an import that each of its zones forbids, once of a value and once of a type, and of one that
 * is allowed: `{ forbidden: [target, source, message[]][], allowed: message[] }`. A program of its own, since the linter's
 * rules do not run inside Jest.
 */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '')
const isTest = (file) => /\.(test|contract|e2e)\.ts$/.test(file)

/** A file of a zone's folder, file or pattern; a test only where there is nothing else. */
function fileIn(path) {
  const [folder, inside] = path.replace('./', '').split('/**')
  const pattern = folder
    .replaceAll('.', '\\.')
    .replaceAll('*', '[^/]+')
    .replace(/!\((.*)\)(.*)$/, '(?!(?:$1)$2)[^/]+$2')
  const start = new RegExp(`^${pattern}${inside === undefined ? '(/|$)' : '/'}`)
  const found = files.filter((file) => start.test(file))
  return found.find((file) => !isTest(file)) ?? found[0]
}

const config = {
  files: ['**/*.ts'],
  plugins: { 'import-x': importX },
  rules: { 'import-x/no-restricted-paths': ['error', { zones }] },
  settings: { 'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] }, 'import-x/extensions': ['.ts'] },
  languageOptions: { parser },
}
const linter = new Linter({ cwd: process.cwd() })

function lint(target, source, what) {
  const path = relative(dirname(target), source)
  const text = `import ${what} from '${path.startsWith('.') ? path : `./${path}`}'`
  return linter.verify(text, config, { filename: join(process.cwd(), target) }).map(({ message }) => message)
}

const forbidden = zones.flatMap(({ target, from }) =>
  [from].flat().flatMap((source) => {
    const [importer, imported] = [fileIn(target), fileIn(source)]
    if (importer === undefined || imported === undefined) return [[target, source, ['There is no such file.']]]
    return ['{ x }', 'type { X }'].map((what) => [importer, imported, lint(importer, imported, what)])
  }),
)
const allowed = lint('gateway/core/planning/document-cache.ts', 'gateway/core/values/own.ts', '{ x }')
console.log(JSON.stringify({ forbidden, allowed }))
