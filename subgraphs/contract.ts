import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assetPath } from '../platform/assets.ts'

/** The contract of a room: `schema/<room>/schema.graphql` and one file per topic, concatenated. */
export function readContract(room: string): string {
  const folder = assetPath(`schema/${room}`)
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'))
  return files
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n')
}
