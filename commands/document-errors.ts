/**
 * `npm run docs`: writes docs/errors.md from the lists of codes, and the table of limits in the core's README from
 * limits.ts.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { codes as core } from '../gateway/core/index.ts'
import { codes as gateway } from '../gateway/errors.ts'
import { assetPath } from '../platform/assets.ts'
import { codes as subgraphs } from '../subgraphs/errors.ts'
import { refuseArguments, runCommand } from './command.ts'
import { withLimits } from './limits-table.ts'

const USAGE = `npm run docs
Writes docs/errors.md from the lists of codes, and the table of limits in gateway/core/README.md from limits.ts.`

/** The core's meaning of a code gives way to the gateway's. What the subgraphs mean by it comes after. */
const meanings = new Map<string, string>(Object.entries(core))
for (const [code, [, meaning]] of Object.entries(gateway)) meanings.set(code, meaning)
for (const [code, meaning] of Object.entries(subgraphs)) {
  const before = meanings.get(code)
  meanings.set(code, before === undefined || before === meaning ? meaning : `${before} ${meaning}`)
}

const rows = [...meanings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`)

const page = `# Errors

Every error has a code in \`extensions.code\`. Codes are stable; texts are for people and may change. An error without a code of this
list is sent as \`INTERNAL_SERVER_ERROR\` with a request id, and the log has the rest.

| code | meaning |
| --- | --- |
${rows.join('\n')}

[Subscriptions](subscriptions.md) says after which codes a stream can be resumed, and with which close codes sockets are closed.
`

runCommand(USAGE, (args) => {
  refuseArguments(USAGE, args)
  writeFileSync(assetPath('docs/errors.md'), page)
  const readme = assetPath('gateway/core/README.md')
  const limits = readFileSync(assetPath('gateway/core/limits.ts'), 'utf8')
  writeFileSync(readme, withLimits(readFileSync(readme, 'utf8'), limits))
})
