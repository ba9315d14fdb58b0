import { decodeNotification, encodeNotification, type Notification } from '../inbox/protocol.ts'
import { pushShardOf, PUSH_SHARDS } from './queues.ts'

describe('What goes over the queues', () => {
  const notification: Notification = {
    event: {
      position: { epoch: 2, xid: 18_446_744_073_709_551_615n, id: 9_223_372_036_854_775_807n },
      shard: 15,
      kind: 'chat.MessageSent',
      key: 'k',
      at: new Date('2025-01-02T03:04:05.678Z'),
      payload: { text: 'héllo', nothing: null },
    },
    previous: { epoch: 1, xid: 3n, id: 4n },
    relayedAt: 1_735_787_045_700,
  }

  test('a notification comes back as it was sent, the greatest position too', () => {
    expect(decodeNotification(encodeNotification(notification))).toEqual(notification)
    const first = { ...notification, previous: null, relayedAt: null }
    expect(decodeNotification(encodeNotification(first))).toEqual(first)
  })

  test('anything else is nothing', () => {
    const whole = JSON.parse(encodeNotification(notification)) as Record<string, unknown>
    for (const field of ['position', 'shard', 'kind', 'key', 'at', 'payload'])
      expect([field, decodeNotification(JSON.stringify({ ...whole, [field]: undefined }))]).toEqual([field, null])
    for (const body of ['', 'x', 'null', '7', '[]', '{}']) expect(decodeNotification(body)).toBeNull()
  })

  test('a user has one shard, and all shards are used', () => {
    const users = Array.from({ length: 200 }, (_, i) => `user-${i}`)
    const shards = users.map(pushShardOf)
    expect(users.map(pushShardOf)).toEqual(shards)
    expect([...new Set(shards)].sort()).toEqual(Array.from({ length: PUSH_SHARDS }, (_, shard) => shard))
  })
})
