import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assetPath } from '../platform/assets.ts'
import { descriptions } from './metric-descriptions.ts'

const sources = ['gateway', 'subgraphs', 'delivery', 'inbox', 'platform', 'roles'].flatMap((room) =>
  readdirSync(assetPath(room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(assetPath(room), file), 'utf8')),
)

test('each metric has a description, and each description a metric', () => {
  const counted = sources.flatMap((text) =>
    [...text.matchAll(/\.(?:count|observe|gauge)\(\s*['`]([a-z][a-z0-9_]*)['`]/g)].map(([, name]) => name!),
  )
  expect(Object.keys(descriptions)).toEqual(expect.arrayContaining([...new Set(counted)]))
  const all = sources.join('\n').replaceAll(/^export const descriptions[^]*?^}$/gm, '')
  const levels = ['sockets', 'readers', 'streams', 'operations'].map((level) => `gateway_${level}`)
  for (const name of Object.keys(descriptions)) {
    if (!levels.includes(name)) expect(all).toContain(name)
  }
})
