import { eventually } from '../../test/support/eventually.ts'
import { MAX_TEXT_BYTES, type Bus } from './bus.ts'

/** What every bus promises. `open` gives one that shares its channels with no other test. */
export function busContract(name: string, open: () => Promise<Bus>) {
  describe(`Bus on ${name}`, () => {
    const heard = async (bus: Bus, channel: string) => {
      const texts: string[] = []
      const listener = await bus.listen(channel, (text) => texts.push(text))
      return { texts, leave: () => listener[Symbol.asyncDispose]() }
    }

    test('messages of one publisher on one channel arrive in order, and on no other channel', async () => {
      await using bus = await open()
      const [a, b] = [await heard(bus, 'a'), await heard(bus, 'b')]
      const sent = Array.from({ length: 300 }, (_, i) => `a${i}`)
      await Promise.all(sent.map((text) => bus.publish('a', text)))
      await bus.publish('b', 'the only one')
      await eventually(() => expect(a.texts).toEqual(sent))
      await eventually(() => expect(b.texts).toEqual(['the only one']))
    })

    test('publish says how many connections took it, and 0 when nobody listens', async () => {
      await using bus = await open()
      expect(await bus.publish('a', 'lost')).toBe(0)
      const one = await heard(bus, 'a')
      const two = await heard(bus, 'a')
      expect(await bus.publish('a', 'heard')).toBe(1)
      await eventually(() => expect([one.texts, two.texts]).toEqual([['heard'], ['heard']]))
      await one.leave()
      expect(await bus.publish('a', 'by one')).toBe(1)
      await two.leave()
      await eventually(async () => expect(await bus.publish('a', 'by none')).toBe(0))
    })

    test('one listener leaving a channel, even twice, does not silence the other', async () => {
      await using bus = await open()
      const [stays, leaves] = [await heard(bus, 'a'), await heard(bus, 'a')]
      await bus.publish('a', '1')
      await eventually(() => expect([stays.texts, leaves.texts]).toEqual([['1'], ['1']]))
      await leaves.leave()
      await leaves.leave()
      await bus.publish('a', '2')
      await eventually(() => expect(stays.texts).toEqual(['1', '2']))
      expect(leaves.texts).toEqual(['1'])
    })

    test('a channel can be left and listened to again', async () => {
      await using bus = await open()
      for (let round = 0; round < 50; round++) {
        const { texts, leave } = await heard(bus, 'a')
        expect(await bus.publish('a', `${round}`)).toBe(1)
        await eventually(() => expect(texts).toEqual([`${round}`]))
        await leave()
      }
      await eventually(async () => expect(await bus.publish('a', 'nobody')).toBe(0))
    })

    test('listeners who come and go at once each hear what is published after they were told so', async () => {
      await using bus = await open()
      const all = await Promise.all(Array.from({ length: 20 }, () => heard(bus, 'a')))
      await bus.publish('a', '1')
      await eventually(() => expect(all.every(({ texts }) => texts.join() === '1')).toBe(true))
      await Promise.all(all.slice(1).map(({ leave }) => leave()))
      await bus.publish('a', '2')
      await eventually(() => expect(all[0]?.texts).toEqual(['1', '2']))
      expect(all.slice(1).every(({ texts }) => texts.join() === '1')).toBe(true)
    })

    test('the same function may listen twice, and hears each message twice', async () => {
      await using bus = await open()
      const texts: string[] = []
      const listener = (text: string) => void texts.push(text)
      await using first = await bus.listen('a', listener)
      await using _second = await bus.listen('a', listener)
      await bus.publish('a', '1')
      await eventually(() => expect(texts).toEqual(['1', '1']))
      await first[Symbol.asyncDispose]()
      await bus.publish('a', '2')
      await eventually(() => expect(texts).toEqual(['1', '1', '2']))
    })

    test('a listener that throws harms neither the others, nor the publisher, nor what follows', async () => {
      await using bus = await open()
      await bus.listen('a', () => {
        throw new Error('broken listener')
      })
      const { texts } = await heard(bus, 'a')
      expect(await bus.publish('a', '1')).toBe(1)
      expect(await bus.publish('a', '2')).toBe(1)
      await eventually(() => expect(texts).toEqual(['1', '2']))
    })

    test('a listener may leave, and publish, while it is being called', async () => {
      await using bus = await open()
      const texts: string[] = []
      const listener: AsyncDisposable = await bus.listen('a', (text) => {
        texts.push(text)
        void listener[Symbol.asyncDispose]()
        void bus.publish('b', `answer to ${text}`)
      })
      const { texts: answers } = await heard(bus, 'b')
      await bus.publish('a', '1')
      await bus.publish('a', '2')
      await eventually(() => expect(answers).toEqual(['answer to 1']))
      await bus.publish('b', 'end')
      await eventually(() => expect(answers).toEqual(['answer to 1', 'end']))
      expect(texts).toEqual(['1'])
    })

    test('any text arrives as it was sent, up to 1 MiB; a longer one is refused and reaches nobody', async () => {
      await using bus = await open()
      const { texts } = await heard(bus, 'a')
      const fits = ['', '{"json":"is not parsed"}', '"', 'null', '1', 'ünï\r\n\0😀', 'x'.repeat(MAX_TEXT_BYTES)]
      for (const text of fits) await bus.publish('a', text)
      await expect(bus.publish('a', 'é'.repeat(MAX_TEXT_BYTES / 2 + 1))).rejects.toThrow('at most 1048576 bytes')
      await bus.publish('a', 'end')
      await eventually(() => expect(texts).toEqual([...fits, 'end']))
    })

    test('closing while busy settles what is under way; afterwards everything is refused, and closing again is quiet', async () => {
      const bus = await open()
      const { leave } = await heard(bus, 'a')
      const gap = bus.onGap(() => undefined)
      const busy = [...Array.from({ length: 100 }, () => bus.publish('a', 'x')), bus.listen('b', () => undefined)]
      const settled = Promise.allSettled(busy)
      await bus[Symbol.asyncDispose]()
      await settled
      await expect(bus.publish('a', 'late')).rejects.toThrow()
      await expect(bus.listen('a', () => undefined)).rejects.toThrow()
      await leave()
      gap[Symbol.dispose]()
      await bus[Symbol.asyncDispose]()
    })
  })
}
