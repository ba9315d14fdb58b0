/** The other end of its Redis adapter, for a process that has events and no sockets. */
import { Emitter } from '@socket.io/redis-emitter'
import { Redis } from 'ioredis'

export function socketIoEmitter(url) {
  const redis = new Redis(url, { enableAutoPipelining: true })
  const emitter = new Emitter(redis)
  return { emit: (room, event) => emitter.to(room).emit('next', event), close: () => redis.disconnect() }
}
