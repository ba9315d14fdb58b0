/** Who is online: one stream for all users that screens show, up to the number that one stream takes. */
import { refOf } from '../cache/index.ts'
import { PresenceChangesDocument } from '../generated/operations.ts'
import { waitMs } from '../stream.ts'
import type { Core } from './core.ts'
import type { Slice } from './slices.ts'
import type { Reader } from './track.ts'
import type { ChatPresence } from './views.ts'

/** Users of one stream. */
const MAX_USERS = 200
/** Users beyond it are not known to be online or not: a screen shows fewer. */
const MAX_STREAMS = 5
/** A screen that opens names its users one after the other. */
const GATHER_MS = 50

interface Stream {
  readonly userIds: Set<string>
  /** A user was added since it was opened. */
  isOld: boolean
  close?: () => void
}

const nameOf = (userId: string) => `presence ${userId}`

export function makePresence(core: Core) {
  const { app, slices } = core
  const streams = new Set<Stream>()
  const retries = new Set<ReturnType<typeof setTimeout>>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false

  const open = (stream: Stream, failures = 0) => {
    stream.close?.()
    stream.isOld = false
    const userIds = [...stream.userIds]
    const subscription = app.subscribe(PresenceChangesDocument, { userIds })
    let isClosed = false
    stream.close = () => {
      isClosed = true
      void subscription.return?.()
    }
    const read = async () => {
      let failed = failures
      try {
        for await (const { presence } of subscription) {
          if (isClosed) return
          failed = 0
          core.write(
            presence.map(({ userId, online, lastSeenAt }) => ({
              merge: refOf('Presence', userId),
              fields: { online, lastSeenAt } satisfies ChatPresence,
            })),
          )
        }
      } catch {
        // The inbox tells the app why its session has ended. Anything else may be over soon.
        if (isClosed || isOver) return
        const retry = setTimeout(
          () => {
            retries.delete(retry)
            if (!isClosed && streams.has(stream)) open(stream, failed + 1)
          },
          waitMs(failed + 3),
        )
        retries.add(retry)
      }
    }
    void read()
  }

  const openOld = () => {
    timer = undefined
    for (const stream of streams) if (stream.isOld) open(stream)
  }

  const renew = (stream: Stream) => {
    stream.isOld = true
    timer ??= setTimeout(openOld, GATHER_MS)
  }

  const add = (userId: string) => {
    // A screen that came after the store's end.
    if (isOver) return
    let stream = [...streams].find(({ userIds }) => userIds.size < MAX_USERS)
    if (!stream) {
      if (streams.size === MAX_STREAMS) return
      streams.add((stream = { userIds: new Set(), isOld: true }))
    }
    stream.userIds.add(userId)
    renew(stream)
    // A state that begins anew lacks what the stream has told.
    core.wanted.set(nameOf(userId), async () => renew(stream))
  }

  const remove = (userId: string) => {
    core.wanted.delete(nameOf(userId))
    const stream = [...streams].find(({ userIds }) => userIds.has(userId))
    if (!stream) return
    stream.userIds.delete(userId)
    if (stream.userIds.size > 0) return
    stream.close?.()
    streams.delete(stream)
  }

  return {
    /** Null while it is not known. */
    of: (userId: string): Slice<ChatPresence | null> =>
      slices.find(nameOf(userId), () => ({
        onWatched: () => add(userId),
        onUnwatched() {
          remove(userId)
          core.write([{ forget: refOf('Presence', userId) }])
        },
        make: () => (reader: Reader) => (reader.entity(refOf('Presence', userId)) as ChatPresence | undefined) ?? null,
      })),
    close() {
      isOver = true
      clearTimeout(timer)
      for (const retry of retries) clearTimeout(retry)
      for (const { close } of streams) close?.()
      streams.clear()
    },
  }
}
