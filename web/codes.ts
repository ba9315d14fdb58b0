import { readFile } from 'node:fs/promises'

/** Addresses of nobody: the domain cannot exist, and each sign-in of the explorer has its own address. */
export const EXPLORER_ADDRESS = /^explorer\.[0-9a-f-]{36}@parley\.invalid$/

/** The last code for this address in a file of JSON lines; undefined if there is none. */
export async function findCode(file: string, address: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  const line = lines.findLast((one) => one.includes(address))
  if (line === undefined) return undefined
  const { to, code } = JSON.parse(line) as { to: string; code: string }
  return to === address ? code : undefined
}
