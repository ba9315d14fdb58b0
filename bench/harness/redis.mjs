/** A Redis of this bench's own: loopback, a free port, nothing written to disk. It ends when the bench does. */
import { spawn } from 'node:child_process'
import { createServer, connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { listening } from './serve.mjs'

const START_MS = 10_000

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = probe.address()
    probe.close(() => resolve(free))
  })
})
const server = spawn(
  'redis-server',
  ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
  {
    stdio: 'ignore',
  },
)
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
process.on('exit', () => server.kill('SIGKILL'))

const answers = () =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)))
    socket.on('error', () => resolve(false))
  })
for (const end = Date.now() + START_MS; !(await answers()); await delay(50)) {
  if (Date.now() > end) process.exit(1)
}
listening({ url: `redis://127.0.0.1:${port}` })
