import { NODE_TTL_SECONDS, type Presence, type Whereabouts } from './presence.ts'

const SECOND = 1_000

export interface PresenceUnderTest extends AsyncDisposable {
  readonly presence: Presence
  /** Lets time pass for all nodes. */
  advance(ms: number): Promise<void>
}

/** What every presence promises. `open` gives one without nodes. */
export function presenceContract(name: string, open: () => Promise<PresenceUnderTest>) {
  describe(`Presence on ${name}`, () => {
    const at = (userId: string, deviceId: string, nodeId: string): Whereabouts => ({ userId, deviceId, nodeId })
    const sorted = (entries: Whereabouts[]) =>
      entries.map(({ userId, deviceId, nodeId }) => `${userId}/${deviceId}@${nodeId}`).sort()
    const find = async (presence: Presence, ...userIds: string[]) => sorted(await presence.find(userIds))

    test('devices that joined are found with their nodes, for the users asked for and no others', async () => {
      await using it = await open()
      const { presence } = it
      await presence.announce('n1')
      await presence.announce('n2')
      await presence.join([at('alice', 'phone', 'n1'), at('alice', 'laptop', 'n2'), at('bob', 'phone', 'n1')])
      expect(await find(presence, 'alice')).toEqual(['alice/laptop@n2', 'alice/phone@n1'])
      expect(await find(presence, 'bob', 'nobody', 'alice', 'bob')).toEqual([
        'alice/laptop@n2',
        'alice/phone@n1',
        'bob/phone@n1',
      ])
      expect(await find(presence)).toEqual([])
      expect((await presence.nodes()).sort()).toEqual(['n1', 'n2'])
    })

    test('joining again changes nothing; a device may be on several nodes, and leaves one of them', async () => {
      await using it = await open()
      const { presence } = it
      await presence.announce('n1')
      await presence.announce('n2')
      await presence.join([at('alice', 'phone', 'n1'), at('alice', 'phone', 'n1'), at('alice', 'phone', 'n2')])
      await presence.join([at('alice', 'phone', 'n1')])
      expect(await find(presence, 'alice')).toEqual(['alice/phone@n1', 'alice/phone@n2'])
      await presence.leave([at('alice', 'phone', 'n1')])
      expect(await find(presence, 'alice')).toEqual(['alice/phone@n2'])
      await presence.leave([at('alice', 'phone', 'n1'), at('alice', 'other', 'n2'), at('bob', 'phone', 'n3')])
      expect(await find(presence, 'alice')).toEqual(['alice/phone@n2'])
      await presence.leave([at('alice', 'phone', 'n2')])
      expect(await find(presence, 'alice')).toEqual([])
    })

    test('a node and its entries vanish when it stops announcing itself; other nodes keep theirs', async () => {
      await using it = await open()
      const { presence } = it
      await presence.announce('dies')
      await presence.announce('lives')
      await presence.join([at('alice', 'phone', 'dies'), at('alice', 'laptop', 'lives')])
      for (let third = 0; third < 2; third++) {
        await it.advance((NODE_TTL_SECONDS * SECOND) / 3)
        await presence.announce('lives')
      }
      expect(await find(presence, 'alice')).toEqual(['alice/laptop@lives', 'alice/phone@dies'])
      await it.advance((NODE_TTL_SECONDS * SECOND) / 3)
      expect(await find(presence, 'alice')).toEqual(['alice/laptop@lives'])
      expect(await presence.nodes()).toEqual(['lives'])
    })

    test('a node that comes back after its time starts without entries, and is told to join again', async () => {
      await using it = await open()
      const { presence } = it
      let resets = 0
      using _reset = presence.onReset(() => resets++)
      await presence.announce('n1')
      await presence.join([at('alice', 'phone', 'n1')])
      await presence.announce('n1')
      expect(resets).toBe(0)
      await it.advance(NODE_TTL_SECONDS * SECOND)
      await presence.announce('n1')
      expect(resets).toBe(1)
      expect(await find(presence, 'alice')).toEqual([])
      await presence.join([at('alice', 'phone', 'n1')])
      await presence.announce('n1')
      expect(await find(presence, 'alice')).toEqual(['alice/phone@n1'])
      expect(resets).toBe(1)
    })

    test('it is told so also when a device joined between', async () => {
      await using it = await open()
      const { presence } = it
      let resets = 0
      using _reset = presence.onReset(() => resets++)
      const disposed = presence.onReset(() => resets++)
      disposed[Symbol.dispose]()
      await presence.announce('n1')
      await presence.join([at('alice', 'phone', 'n1')])
      await it.advance(NODE_TTL_SECONDS * SECOND)
      await presence.join([at('bob', 'phone', 'n1')])
      expect(await find(presence, 'alice', 'bob')).toEqual(['bob/phone@n1'])
      await presence.announce('n1')
      expect(resets).toBe(1)
    })

    test('a retired node takes its entries with it, and no others; it may begin anew', async () => {
      await using it = await open()
      const { presence } = it
      let resets = 0
      using _reset = presence.onReset(() => resets++)
      await presence.announce('n1')
      await presence.announce('n2')
      await presence.join(Array.from({ length: 1_300 }, (_, i) => at('alice', `d${i}`, 'n1')))
      await presence.join([at('alice', 'phone', 'n2')])
      await presence.retire('n1')
      await presence.retire('n1')
      expect(await find(presence, 'alice')).toEqual(['alice/phone@n2'])
      expect(await presence.nodes()).toEqual(['n2'])
      await presence.announce('n1')
      await presence.join([at('alice', 'new', 'n1')])
      expect(await find(presence, 'alice')).toEqual(['alice/new@n1', 'alice/phone@n2'])
      expect(resets).toBe(0)
    })

    test('a thousand users are found in one call; more are refused', async () => {
      await using it = await open()
      const { presence } = it
      await presence.announce('n1')
      const userIds = Array.from({ length: 1_000 }, (_, i) => `user ${i}`)
      await presence.join(userIds.map((userId) => at(userId, 'phone', 'n1')))
      expect(await presence.find(userIds)).toHaveLength(1_000)
      await expect(presence.find([...userIds, 'one more'])).rejects.toThrow('at most 1000')
    })

    test('closing while busy settles what is under way; afterwards everything is refused', async () => {
      await using it = await open()
      const { presence } = it
      const busy = Array.from({ length: 20 }, (_, i) => [
        presence.announce(`n${i}`),
        presence.join([at('alice', `d${i}`, `n${i}`)]),
        presence.find(['alice']),
      ])
      const settled = Promise.allSettled<unknown>(busy.flat())
      await presence[Symbol.asyncDispose]()
      await settled
      await expect(presence.announce('n')).rejects.toThrow()
      await expect(presence.join([at('a', 'b', 'n')])).rejects.toThrow()
      await expect(presence.find(['alice'])).rejects.toThrow()
      await expect(presence.nodes()).rejects.toThrow()
      await presence[Symbol.asyncDispose]()
    })
  })
}
