import type { Channel, ChannelModel, Message } from 'amqplib'
import type { Log } from '../log/log.ts'
import { UnavailableError } from '../unavailable.ts'
import { answered, FAREWELL_MS, retry, type Link } from './link.ts'
import type { ConsumeOptions, Delivery } from './queue.ts'

interface Consuming {
  readonly queue: string
  readonly options: ConsumeOptions
  readonly onDelivery: (delivery: Delivery) => void
  readonly log: Log
  /** Called before another attempt, because a broker that lost its data may lack the queue. */
  readonly redeclare: () => Promise<void>
}

/** One consumer on its own channel. It is attached again after the connection or the channel was lost. */
export async function startConsumer(link: Link, consuming: Consuming): Promise<AsyncDisposable> {
  const { queue, log } = consuming
  const ending = new AbortController()
  let attached: { channel: Channel; acks: Acks } | null = null

  const attach = async (model: ChannelModel) => {
    const channel = await answered(model.createChannel(), 'open a channel')
    const acks = makeAcks(channel)
    const own = { channel, acks }
    let started = false
    const onMessage = (message: Message | null) => {
      if (ending.signal.aborted) return // returns to the queue when the channel closes
      if (message) deliver(message, acks)
      else channel.close().catch(() => undefined) // the broker cancelled the consumer; 'close' attaches it again
    }
    channel.on('error', (error) => log.warn('The channel of a consumer broke', { queue, error }))
    channel.on('close', () => {
      acks.end()
      if (attached === own) attached = null
      if (started) again(model)
    })
    try {
      await answered(channel.prefetch(consuming.options.prefetch), 'prefetch')
      await answered(channel.consume(queue, onMessage), 'consume')
    } catch (error) {
      channel.close().catch(() => undefined) // otherwise a late answer would leave an unknown consumer
      throw error
    }
    started = true
    attached = own
    if (ending.signal.aborted) channel.close().catch(() => undefined)
  }

  const again = (model: ChannelModel) => {
    const attempt = async () => {
      if (link.current() !== model) return // `onUp` attaches it to the next connection
      await consuming.redeclare()
      await attach(model)
    }
    void retry(attempt, ending.signal, (error) => log.debug('A consumer is not attached yet', { queue, error }))
  }

  const deliver = (message: Message, acks: Acks) => {
    const { deliveryTag, redelivered } = message.fields as { deliveryTag: number; redelivered: boolean }
    acks.expect(deliveryTag)
    try {
      consuming.onDelivery({
        body: message.content.toString(),
        redelivered,
        ack: () => acks.ack(deliveryTag),
      })
    } catch (error) {
      log.error('A consumer of the queue failed', { queue, error })
    }
  }

  const model = link.current()
  if (!model) throw new UnavailableError('RabbitMQ is down.')
  await attach(model)
  const onUp = link.onUp(again)

  return {
    async [Symbol.asyncDispose]() {
      if (ending.signal.aborted) return
      ending.abort()
      onUp[Symbol.dispose]()
      if (!attached) return
      attached.acks.flush()
      // Without a `cancel` first: the next consumer would become active before this one's unacknowledged messages are
      // returned.
      await answered(attached.channel.close(), 'close', FAREWELL_MS).catch(() => undefined) // it was lost meanwhile
    },
  }
}

type Acks = ReturnType<typeof makeAcks>

/**
 * The acknowledgements of one channel, sent once per turn of the event loop: one frame for all up to the first gap,
 * and one for each beyond it. Holds at most `prefetch` tags.
 */
function makeAcks(channel: Channel) {
  /** Tags without a sent acknowledgement, oldest first; true if it is to be sent. */
  const tags = new Map<number, boolean>()
  let scheduled = false
  let ended = false

  const send = (deliveryTag: number, allUpTo: boolean) => channel.ack({ fields: { deliveryTag } } as Message, allUpTo) // amqplib reads the tag only

  const flush = () => {
    scheduled = false
    if (ended) return
    try {
      let upTo = 0
      for (const [tag, acknowledged] of tags) {
        if (!acknowledged) break
        upTo = tag
        tags.delete(tag)
      }
      if (upTo > 0) send(upTo, true)
      for (const [tag, acknowledged] of tags) {
        if (!acknowledged) continue
        send(tag, false)
        tags.delete(tag)
      }
    } catch {
      ended = true // the channel is closing: the messages are redelivered
    }
  }

  return {
    expect: (tag: number) => void tags.set(tag, false),
    ack(tag: number) {
      if (ended || tags.get(tag) !== false) return
      tags.set(tag, true)
      if (scheduled) return
      scheduled = true
      setImmediate(flush)
    },
    flush,
    end() {
      ended = true
      tags.clear()
    },
  }
}
