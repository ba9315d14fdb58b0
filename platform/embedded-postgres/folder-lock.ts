import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { StartupError } from '../startup-error.ts'

export interface FolderLock extends AsyncDisposable {
  /** Tells waiting processes that the holder is about to end, so that they keep waiting instead of giving up. */
  ending(): void
}

/** How long a running holder may need to notice that its main process was killed. */
const NOTICE_MS = 2_000
/** How long a holder may take to stop its server. */
const ENDING_MS = 60_000

/**
 * Locks `folder` until disposal or the death of this process, in any way: the lock is a listening socket, which the
 * kernel closes. On Linux it is an abstract socket without a file. Elsewhere a dead holder leaves a file, which
 * refuses connections and is removed. The lock works on one machine; containers that share a volume do not see each
 * other's locks.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const name = `parley-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`
  const path = platform() === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`)
  const end = Date.now() + ENDING_MS
  for (;;) {
    const lock = await tryLock(path)
    if (lock) return lock
    const holder = await askHolder(path)
    if (holder.state === 'running') {
      throw new StartupError(
        `The data folder ${folder} is in use by process ${holder.pid}: stop it first, or choose another folder.`,
      )
    }
    if (Date.now() > end)
      throw new StartupError(`The data folder ${folder} is still in use by a process that is ending.`)
    if (holder.state === 'dead' && platform() !== 'linux') rmSync(path, { force: true })
    await delay(20)
  }
}

async function tryLock(path: string): Promise<FolderLock | null> {
  const waiting = new Set<Socket>()
  let line = `running ${process.ppid}\n`
  const server = createServer((socket) => {
    waiting.add(socket)
    socket.on('error', () => {}) // the other process may disconnect at any time
    socket.on('close', () => waiting.delete(socket))
    socket.write(line)
  })
  if (!(await listen(server, path))) return null
  server.unref()
  return {
    ending() {
      line = 'ending\n'
      for (const socket of waiting) socket.write(line)
    },
    async [Symbol.asyncDispose]() {
      for (const socket of waiting) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function listen(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    })
    server.listen(path, () => resolve(true))
  })
}

type Holder = { readonly state: 'running'; readonly pid: string } | { readonly state: 'ended' | 'dead' }

/** Waits until the holder has ended, or has been running for longer than it needs to notice a death. */
function askHolder(path: string): Promise<Holder> {
  return new Promise((resolve) => {
    const socket = connect(path)
    let notice: NodeJS.Timeout | undefined
    const settle = (holder: Holder) => {
      clearTimeout(notice)
      socket.destroy()
      resolve(holder)
    }
    socket.setTimeout(ENDING_MS, () => settle({ state: 'ended' }))
    socket.on('error', () => settle({ state: 'dead' }))
    socket.on('close', () => settle({ state: 'ended' }))
    const lines = createInterface({ input: socket })
    // The interface emits the socket's errors again, which would end the process. The listener above handles them.
    lines.on('error', () => {})
    lines.on('line', (line) => {
      clearTimeout(notice)
      const [state, pid = '?'] = line.split(' ')
      if (state === 'running') notice = setTimeout(() => settle({ state: 'running', pid }), NOTICE_MS)
    })
  })
}
