import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { lockFolder } from './folder-lock.ts'

/** A holder that takes no connection any more: its event loop stands. */
const STUCK = `const server = require('node:net').createServer().listen(process.argv[1].replace('@', String.fromCharCode(0)), () => {
  require('node:fs').writeSync(1, 'listening')
  for (;;) {}
})`

const onLinux = process.platform === 'linux' ? test : test.skip
onLinux('a holder that is killed while it is asked leaves the lock to who asked', async () => {
  const folder = `/nowhere/${randomUUID()}`
  const name = `parley-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`
  const holder = spawn(process.execPath, ['-e', STUCK, `@${name}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  const locking = lockFolder(folder)
  await delay(200) // the connection stands in the holder's queue
  holder.kill('SIGKILL')
  await using lock = await locking
  expect(lock).toBeDefined()
})
