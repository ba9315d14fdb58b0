import type { ChannelModel, ConfirmChannel } from 'amqplib'
import type { Log } from '../log/log.ts'
import { UnavailableError } from '../unavailable.ts'
import { answered, FAREWELL_MS, retry, type Link } from './link.ts'

/** Messages sent and not confirmed. Stops a slow broker from filling our memory; beyond it `publish` rejects at once. */
const MAX_UNCONFIRMED = 1_000
/** A confirm means a majority has it on disk; one that takes longer is treated as lost, and the message may come twice. */
const CONFIRM_MS = 15_000
/** The same while closing: a drain has little time, and what is unconfirmed is published again by the next process. */
const LAST_CONFIRMS_MS = 3_000

export interface Publisher extends AsyncDisposable {
  publish(queue: string, body: string): Promise<void>
}

/** One confirm channel on the link, made again with each connection. `onMissing` is told of a queue that is not there. */
export async function openPublisher(link: Link, log: Log, onMissing: () => void): Promise<Publisher> {
  const ending = new AbortController()
  /** Message ids that came back since no queue took them; the broker's confirm for them follows. */
  const returned = new Set<string>()
  let channel: ConfirmChannel | null = null
  let blocked: string | null = null
  let unconfirmed = 0
  let lastId = 0

  const open = async (model: ChannelModel) => {
    blocked = null
    model.on('blocked', (reason) => {
      blocked = reason
      log.warn('RabbitMQ takes no messages', { reason })
    })
    model.on('unblocked', () => (blocked = null))
    await openChannel(model)
  }
  const openChannel = async (model: ChannelModel) => {
    const made = await answered(model.createConfirmChannel(), 'open a channel')
    made.on('error', (error) => log.warn('The channel for publishing broke', { error }))
    made.on('return', (message) => {
      returned.add(String(message.properties.messageId))
      onMissing()
    })
    made.on('close', () => {
      if (channel !== made) return
      channel = null
      returned.clear()
      reopen(model) // does nothing when the whole connection is gone
    })
    channel = made
  }
  const reopen = (model: ChannelModel) => {
    const attempt = async () => {
      if (link.current() === model) await openChannel(model)
    }
    void retry(attempt, ending.signal, (error) => log.debug('No channel for publishing yet', { error }))
  }

  const model = link.current()
  if (!model) throw new UnavailableError('RabbitMQ is down.')
  await open(model)
  const onUp = link.onUp((next) => {
    open(next).catch(() => reopen(next))
  })

  return {
    publish(queue, body) {
      return new Promise((resolve, reject) => {
        if (!channel) return reject(new UnavailableError('RabbitMQ is down.'))
        if (blocked !== null) return reject(new UnavailableError(`RabbitMQ takes no messages: ${blocked}.`))
        if (unconfirmed >= MAX_UNCONFIRMED)
          return reject(new UnavailableError(`RabbitMQ is slow: ${MAX_UNCONFIRMED} messages wait for its confirm.`))
        const messageId = String(++lastId)
        const late = setTimeout(
          () => reject(new UnavailableError('RabbitMQ did not confirm the message in time.')),
          CONFIRM_MS,
        )
        const settle = (error: unknown) => {
          unconfirmed-- // only here, also for those given up: the broker still holds them
          clearTimeout(late)
          if (error) reject(new UnavailableError('RabbitMQ did not confirm the message.', { cause: error }))
          else if (returned.delete(messageId)) reject(new Error(`There is no queue ${queue}: declare it first.`))
          else resolve()
        }
        unconfirmed++
        try {
          const properties = { persistent: true, mandatory: true, messageId }
          channel.sendToQueue(queue, Buffer.from(body), properties, settle)
        } catch (error) {
          settle(error) // the channel is closing: amqplib keeps no callback then
        }
      })
    },

    async [Symbol.asyncDispose]() {
      ending.abort()
      onUp[Symbol.dispose]()
      const closing = channel
      channel = null
      // What is under way gets its confirm if that comes soon, and is rejected by the closing otherwise.
      if (!closing) return
      if (blocked === null)
        await answered(closing.waitForConfirms(), 'confirm', LAST_CONFIRMS_MS).catch(() => undefined)
      await answered(closing.close(), 'close', FAREWELL_MS).catch(() => undefined) // lost meanwhile: closed it is
    },
  }
}
