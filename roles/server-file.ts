import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Writes the address of this process's graph into the data folder, for the demo and other programs of this machine,
 * and removes it at the end. After a SIGKILL the file stays, so readers must check that the server answers.
 */
export function keepServerFile(
  dataFolder: string,
  { url, wsUrl }: { readonly url: string; readonly wsUrl: string },
): AsyncDisposable {
  const file = join(resolve(dataFolder), 'server.json')
  const { pid } = process
  writeFileSync(`${file}.new`, `${JSON.stringify({ url, wsUrl, pid })}\n`)
  renameSync(`${file}.new`, file) // atomic for readers
  return {
    async [Symbol.asyncDispose]() {
      // Another process may have started in the folder meanwhile.
      if ((JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid === pid) rmSync(file, { force: true })
    },
  }
}
