import { decide, recipientsByNode, type Doubts, type Recipient } from './decide.ts'

/** Everybody but Alice is pushed to. */
const byAlice = (userId: string) => (userId === 'alice' ? 'sender' : null)
const trusting: Doubts = { node: () => false, device: () => false }
const doubting = (doubted: { nodes?: string[]; devices?: string[] }): Doubts => ({
  node: (nodeId) => doubted.nodes?.includes(nodeId) ?? false,
  device: (deviceId) => doubted.devices?.includes(deviceId) ?? false,
})
const target = (userId: string, deviceId: string) => ({ userId, deviceId, token: `token of ${deviceId}` })
const stream = (userId: string, deviceId: string, nodeId: string) => ({ userId, deviceId, nodeId })
const bob = (parts: Partial<Recipient>): Recipient => ({
  userId: 'bob',
  streams: [],
  targets: [target('bob', 'phone')],
  ...parts,
})

describe('What becomes of each device of a recipient', () => {
  test('without any stream it gets a push, for being offline', () => {
    expect(decide(byAlice, bob({}), trusting)).toEqual([
      { to: 'push', target: target('bob', 'phone'), reason: 'offline' },
    ])
  })

  test('with a stream its node is asked, and nothing is pushed for now', () => {
    const recipient = bob({ streams: [stream('bob', 'phone', 'n1')] })
    expect(decide(byAlice, recipient, trusting)).toEqual([
      { to: 'stream', target: target('bob', 'phone'), nodes: ['n1'] },
    ])
  })

  test('each device counts for itself: a stream of the laptop keeps no push from the phone', () => {
    const recipient = bob({
      streams: [stream('bob', 'laptop', 'n1')],
      targets: [target('bob', 'phone'), target('bob', 'laptop')],
    })
    expect(decide(byAlice, recipient, trusting)).toEqual([
      { to: 'push', target: target('bob', 'phone'), reason: 'offline' },
      { to: 'stream', target: target('bob', 'laptop'), nodes: ['n1'] },
    ])
  })

  test('the sender is notified of nothing, with a stream or without', () => {
    const recipient = bob({
      streams: [stream('bob', 'phone', 'n1')],
      targets: [target('bob', 'phone'), target('bob', 'pad')],
    })
    expect(decide((userId) => (userId === 'bob' ? 'sender' : null), recipient, trusting)).toEqual([
      { to: 'nobody', target: target('bob', 'phone'), why: 'sender' },
      { to: 'nobody', target: target('bob', 'pad'), why: 'sender' },
    ])
    expect(decide(byAlice, recipient, trusting)).toHaveLength(2)
  })

  test('a doubted node is not waited for: the push goes at once, for not being reached', () => {
    const recipient = bob({ streams: [stream('bob', 'phone', 'n1')] })
    expect(decide(byAlice, recipient, doubting({ nodes: ['n1'] }))).toEqual([
      { to: 'push', target: target('bob', 'phone'), reason: 'unreached' },
    ])
  })

  test('a device on two nodes waits for the one that is trusted', () => {
    const recipient = bob({ streams: [stream('bob', 'phone', 'n1'), stream('bob', 'phone', 'n2')] })
    expect(decide(byAlice, recipient, trusting)).toMatchObject([{ to: 'stream', nodes: ['n1', 'n2'] }])
    expect(decide(byAlice, recipient, doubting({ nodes: ['n1'] }))).toMatchObject([{ to: 'stream', nodes: ['n2'] }])
    expect(decide(byAlice, recipient, doubting({ nodes: ['n1', 'n2'] }))).toMatchObject([{ to: 'push' }])
  })

  test('a doubted device is not waited for, whatever its node is like', () => {
    const recipient = bob({ streams: [stream('bob', 'phone', 'n1')] })
    expect(decide(byAlice, recipient, doubting({ devices: ['phone'] }))).toEqual([
      { to: 'push', target: target('bob', 'phone'), reason: 'unreached' },
    ])
  })

  test('a stream of a device without a live session is not waited for, and gets no push', () => {
    const recipient = bob({ streams: [stream('bob', 'gone', 'n1')], targets: [] })
    expect(decide(byAlice, recipient, trusting)).toEqual([])
  })

  test('somebody with no device at all costs nothing', () => {
    expect(decide(byAlice, bob({ targets: [] }), trusting)).toEqual([])
  })
})

describe('Which nodes get an event', () => {
  test('each node once, with each of its recipients once, the sender and doubted devices included', () => {
    const recipients: Recipient[] = [
      { userId: 'alice', streams: [stream('alice', 'a', 'n1')], targets: [] },
      {
        userId: 'bob',
        streams: [stream('bob', 'b1', 'n1'), stream('bob', 'b2', 'n1'), stream('bob', 'b3', 'n2')],
        targets: [],
      },
      { userId: 'carol', streams: [], targets: [] },
    ]
    expect(recipientsByNode(recipients)).toEqual(
      new Map([
        ['n1', ['alice', 'bob']],
        ['n2', ['bob']],
      ]),
    )
  })
})
