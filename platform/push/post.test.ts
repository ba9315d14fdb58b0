import { Worker } from 'node:worker_threads'
import { setImmediate as turn } from 'node:timers/promises'
import { post } from './post.ts'

/** A provider in a thread of its own, which answers while this one does not run. Its memory counts what it got. */
const PROVIDER = `
  const { parentPort, workerData } = require('node:worker_threads')
  const got = new Int32Array(workerData.memory)
  const server = require('node:http').createServer((request, response) => {
    request.resume().on('end', () => {
      Atomics.add(got, 0, 1)
      if (request.url === '/answers') response.end('taken')
    })
  })
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

async function startProvider() {
  const memory = new SharedArrayBuffer(8)
  const got = new Int32Array(memory)
  const worker = new Worker(PROVIDER, { eval: true, workerData: { memory } })
  const port = await new Promise<number>((resolve, reject) => worker.once('message', resolve).once('error', reject))
  return {
    post: (path: string, timeoutMs: number) =>
      post({ url: `http://127.0.0.1:${port}${path}`, headers: {}, body: '{}', timeoutMs }),
    async received() {
      while (Atomics.load(got, 0) === 0) await turn()
    },
    /** Stops this thread, as SIGSTOP stops a process. */
    stopFor: (ms: number) => void Atomics.wait(got, 1, 0, ms),
    [Symbol.asyncDispose]: async () => void (await worker.terminate()),
  }
}

test('an answer that came while the process did not run is taken, however long that was', async () => {
  await using provider = await startProvider()
  const answer = provider.post('/answers', 1_000)
  await provider.received()
  provider.stopFor(1_500)
  await expect(answer).resolves.toMatchObject({ status: 200, text: 'taken' })
})

test('a provider that does not answer is given up', async () => {
  await using provider = await startProvider()
  await expect(provider.post('/never', 300)).rejects.toThrow('The push provider answered not in time.')
})
