import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Says in the data folder where this process serves the graph, for the demo and other programs of this machine; taken away
 * when it stops. After a SIGKILL it stays behind: who reads it must still ask whether somebody answers there.
 */
export function keepServerFile(
  dataFolder: string,
  { url, wsUrl }: { readonly url: string; readonly wsUrl: string },
): AsyncDisposable {
  const file = join(resolve(dataFolder), 'server.json')
  const { pid } = process
  writeFileSync(`${file}.new`, `${JSON.stringify({ url, wsUrl, pid })}\n`)
  renameSync(`${file}.new`, file) // a reader sees the whole file or none
  return {
    async [Symbol.asyncDispose]() {
      // Another process may have started in the folder since.
      if ((JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid === pid) rmSync(file, { force: true })
    },
  }
}
