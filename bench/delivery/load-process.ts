import { fork } from 'node:child_process'
import { assetPath } from '../../platform/assets.ts'
import type { Answer, Outcome, Request, Run } from './load/protocol.ts'

/** The users of one server, in a separate process. */
export interface Load extends AsyncDisposable {
  /** Creates users with a socket each until there are `count`. */
  haveUsers(count: number): Promise<void>
  run(run: Run): Promise<Outcome>
}

export async function startLoad(open: Extract<Request, { type: 'open' }>): Promise<Load> {
  const child = fork(assetPath('dist/bench/delivery/load/run.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  // Not 'close', which never comes after a disconnect.
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ask = (request: Request) =>
    new Promise<Outcome | undefined>((resolve, reject) => {
      child.once('message', (answer: Answer) => {
        if ('error' in answer) reject(new Error(`The load of ${open.server}: ${answer.error}`))
        else resolve(answer.outcome)
      })
      child.send(request)
      void ended.then(() => reject(new Error(`The load of ${open.server} ended.`)))
    })
  await ask(open)
  return {
    async haveUsers(count) {
      await ask({ type: 'users', count })
    },
    async run(run) {
      return (await ask({ type: 'run', run }))! // this request has an outcome
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
