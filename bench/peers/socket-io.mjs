/** Socket.IO with its Redis adapter: a socket joins the room of its topic, events are emitted to rooms from elsewhere. */
import { createServer } from 'node:http'
import { createAdapter } from '@socket.io/redis-adapter'
import { Server } from 'socket.io'
import { given, listening } from '../harness/serve.mjs'
import { openRedis } from './redis.mjs'

const server = createServer()
const io = new Server(server, {
  adapter: createAdapter(await openRedis(given.redis), await openRedis(given.redis)),
  transports: ['websocket'],
})
io.on('connection', (socket) => socket.join(socket.handshake.auth.topic))
server.listen(0, '127.0.0.1', () => listening({ wsUrl: `ws://127.0.0.1:${server.address().port}/socket.io/` }))
