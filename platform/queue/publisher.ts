import type { ChannelModel, ConfirmChannel } from 'amqplib'
import type { Log } from '../log/log.ts'
import { UnavailableError } from '../unavailable.ts'
import { answered, FAREWELL_MS, retry, type Link } from './link.ts'

/** Maximum unconfirmed messages. Stops a slow broker from filling our memory; beyond it `publish` rejects at once. */
const MAX_UNCONFIRMED = 1_000
/**
 * Maximum time for a confirm, which means that a majority has it on disk. After it the message counts as lost, and may
 * come twice.
 */
const CONFIRM_MS = 15_000
/** The same during closing: a drain has little time, and the next process publishes unconfirmed messages again. */
const LAST_CONFIRMS_MS = 3_000

export interface Publisher extends AsyncDisposable {
  publish(queue: string, body: string): Promise<void>
}

/**
 * One confirm channel on the link, opened again on each connection. `onMissing` is called if a queue does not exist.
 */
export async function openPublisher(link: Link, log: Log, onMissing: () => void): Promise<Publisher> {
  const ending = new AbortController()
  /** Ids of messages that were returned because no queue took them. The broker's confirm follows. */
  const returned = new Set<string>()
  let channel: ConfirmChannel | null = null
  let blocked: string | null = null
  let unconfirmed = 0
  let lastId = 0

  const open = async (model: ChannelModel) => {
    blocked = null
    model.on('blocked', (reason) => {
      blocked = reason
      log.warn('RabbitMQ accepts no messages', { reason })
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
      reopen(model) // does nothing if the whole connection was lost
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
        if (blocked !== null) return reject(new UnavailableError(`RabbitMQ accepts no messages: ${blocked}.`))
        if (unconfirmed >= MAX_UNCONFIRMED)
          return reject(new UnavailableError(`RabbitMQ is slow: ${MAX_UNCONFIRMED} messages wait for a confirm.`))
        const messageId = String(++lastId)
        const late = setTimeout(
          () => reject(new UnavailableError('RabbitMQ did not confirm the message in time.')),
          CONFIRM_MS,
        )
        const settle = (error: unknown) => {
          unconfirmed-- // only here, even after a timeout: the broker still holds the message
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
          settle(error) // the channel is closing, and amqplib will not call back
        }
      })
    },

    async [Symbol.asyncDispose]() {
      ending.abort()
      onUp[Symbol.dispose]()
      const closing = channel
      channel = null
      // Messages in transit are confirmed if that happens soon; otherwise the closing rejects them.
      if (!closing) return
      if (blocked === null)
        await answered(closing.waitForConfirms(), 'confirm', LAST_CONFIRMS_MS).catch(() => undefined)
      await answered(closing.close(), 'close', FAREWELL_MS).catch(() => undefined) // it was lost meanwhile, so it is closed
    },
  }
}
