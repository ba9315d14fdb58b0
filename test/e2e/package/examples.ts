import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The example of a README that begins with `// <file>`. */
export function exampleIn(readme: string, file: string): string {
  const found = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].find(([, code]) => code?.startsWith(`// ${file}\n`))
  if (!found?.[1]) throw new Error(`The README must have an example that begins with "// ${file}".`)
  return found[1]
}

export interface Example extends AsyncDisposable {
  readonly url: string
  readonly wsUrl: string
  post(query: string, headers?: Record<string, string>): Promise<{ status: number; body: unknown }>
  /** Ends it as an operator would; resolves to its exit code. */
  end(): Promise<number | null>
}

/** Runs an example of the README in this project until it says where it listens. */
export async function startExample(folder: string, readme: string, file: string): Promise<Example> {
  await writeFile(join(folder, file), exampleIn(readme, file))
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const end = () => {
    child.kill('SIGTERM')
    return ended
  }
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    void ended.then((code) =>
      reject(new Error(`The example ${file} must say where it listens, but ended with ${code}.`)),
    )
  })
  return {
    url,
    wsUrl: url.replace('http', 'ws'),
    async post(query, headers = {}) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      })
      return { status: response.status, body: await response.json() }
    },
    end,
    async [Symbol.asyncDispose]() {
      await end()
    },
  }
}
