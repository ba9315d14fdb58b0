import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { StartupError } from '../platform/startup-error.ts'

/** What the prompts need of a terminal: `process.stdin` and `process.stderr`. */
export interface Terminal {
  readonly input: NodeJS.ReadStream
  readonly output: NodeJS.WriteStream
}

/** Asks on the terminal for a new password, twice, without showing it. Null if nothing is typed. */
export async function askNewPassword(terminal: Terminal): Promise<string | null> {
  const password = await askHidden(terminal, 'Password (nothing: one is generated): ')
  if (password === '') return null
  const again = await askHidden(terminal, 'The same again: ')
  if (again !== password) throw new StartupError('The two passwords differ: nothing was changed.')
  return password
}

/** One line that is typed but not shown. Ctrl-C and Ctrl-D end the command. */
function askHidden({ input, output }: Terminal, prompt: string): Promise<string> {
  // readline edits the line, and shows it on this stream.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input, output: nowhere, terminal: true, historySize: 0 })
  output.write(prompt)
  return new Promise<string>((resolve, reject) => {
    reader.once('line', resolve)
    const cancel = () => reject(new StartupError('Cancelled: nothing was changed.'))
    reader.once('SIGINT', cancel)
    reader.once('close', cancel)
  }).finally(() => {
    output.write('\n')
    reader.close()
  })
}
