import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import type { App } from '../../../client/connect.ts'
import { InboxDocument } from '../../../client/generated/operations.ts'
import { openStore, type Slice, type Store } from '../../../client/store/index.ts'
import type { Signed } from '../../support/app.ts'
import { eventually } from '../../support/eventually.ts'
import type { Observer } from './observer.ts'

/** Messages of a conversation that a screen which has just opened shows. */
const SHOWN = 50

/** Every screen of a store is open: what it shows is compared with what a store shows that opens all screens now. */
export async function openStoreObserver(person: Signed): Promise<Observer> {
  const { app, gate } = breakable(person.app)
  const store = openStore({ app, userId: person.userId })
  const screens = openScreens(store)
  await screens.settled()
  return {
    open: () => gate.open(),
    drop: () => gate.drop(),
    isOpen: () => gate.isOpen(),
    async close() {
      screens.close()
      gate.open()
      await store[Symbol.asyncDispose]()
    },
    async differences() {
      await using fresh = openStore({ app: person.app, userId: person.userId })
      const all = openScreens(fresh)
      try {
        await all.settled()
        const [have, now] = [screens.shown(), all.shown()]
        const names = new Set([...Object.keys(have), ...Object.keys(now)])
        return [...names]
          .filter((name) => JSON.stringify(have[name]) !== JSON.stringify(now[name]))
          .map((name) => `${name}: shows ${JSON.stringify(have[name])}, fresh ${JSON.stringify(now[name])}`)
      } finally {
        all.close()
      }
    },
  }
}

/** The inbox breaks when it is dropped, and comes back when it is opened. */
function breakable(app: App) {
  let open: () => void = () => undefined
  let opened: Promise<void> | undefined
  const streams = new Set<AsyncIterableIterator<unknown, undefined>>()

  function subscribe<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    options?: Parameters<App['subscribe']>[2],
  ): AsyncIterableIterator<Data, undefined> {
    if ((document as unknown) !== InboxDocument) return app.subscribe(document, variables)
    let inner: AsyncIterableIterator<Data, undefined> | undefined
    let isOver = false
    const stream: AsyncIterableIterator<Data, undefined> = {
      async next() {
        await opened
        if (isOver) return { done: true, value: undefined }
        inner ??= app.subscribe(document, variables, options as never)
        return inner.next()
      },
      async return() {
        isOver = true
        streams.delete(stream)
        await inner?.return?.()
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]: () => stream,
    }
    streams.add(stream)
    return stream
  }

  const gate = {
    isOpen: () => opened === undefined,
    open() {
      opened = undefined
      open()
    },
    async drop() {
      opened ??= new Promise<void>((resolve) => (open = resolve))
      for (const stream of [...streams]) await stream.return?.()
    },
  }
  return { app: { ...app, subscribe } as App, gate }
}

/** Watches all that a store has of the viewer, and of each conversation that comes. */
function openScreens(store: Store) {
  const list = store.conversations()
  const byId = new Map<string, Screen>()
  const look = () => {
    const { conversations, hasMore, isLoading } = list.get()
    const ids = new Set(conversations.map(({ id }) => id))
    for (const [id, screen] of byId) {
      if (ids.has(id)) continue
      screen.close()
      byId.delete(id)
    }
    for (const id of ids) if (!byId.has(id)) byId.set(id, openScreen(store, id))
    for (const { id, group } of conversations) {
      byId.get(id)?.show('members', group?.viewerCanSeeMembers === true, () => store.members(id))
      byId.get(id)?.show('joinRequests', group?.viewerCanManageMembers === true, () => store.joinRequests(id))
    }
    if (hasMore && !isLoading) void list.loadMore()
  }
  const whole = {
    contacts: store.contacts(),
    account: store.account(),
    scheduled: store.scheduled(),
    invites: store.groupInvites(),
    unread: store.unread(),
  }
  const stops = [list.watch(look), ...Object.values(whole).map((slice) => slice.watch(() => undefined))]
  return {
    shown: (): Record<string, unknown> => ({
      conversations: list.get(),
      ...Object.fromEntries(Object.entries(whole).map(([name, slice]) => [name, slice.get()])),
      ...Object.fromEntries([...byId].flatMap(([id, screen]) => screen.shown(id))),
    }),
    settled: () =>
      eventually(() => {
        const isLoading = [list, ...Object.values(whole)].some((slice) => slice.get().isLoading)
        return !isLoading && !list.get().hasMore && [...byId.values()].every((screen) => screen.isSettled())
      }, 30_000),
    close() {
      for (const stop of stops) stop()
      for (const screen of byId.values()) screen.close()
    },
  }
}

type Screen = ReturnType<typeof openScreen>

function openScreen(store: Store, id: string) {
  const messages = store.messages(id)
  const pins = store.pins(id)
  const stops = [messages.watch(() => undefined), pins.watch(() => undefined)]
  const more = new Map<string, { readonly slice: Slice<{ readonly isLoading: boolean }>; readonly stop: () => void }>()
  return {
    show(name: string, isShown: boolean, find: () => Slice<{ readonly isLoading: boolean }>) {
      const known = more.get(name)
      if (isShown && !known) {
        const slice = find()
        more.set(name, { slice, stop: slice.watch(() => undefined) })
      } else if (!isShown && known) {
        known.stop()
        more.delete(name)
      }
    },
    shown: (id: string): [string, unknown][] => [
      [`${id} messages`, messages.get().messages.slice(-SHOWN)],
      [`${id} pins`, pins.get()],
      ...[...more].map(([name, { slice }]): [string, unknown] => [`${id} ${name}`, slice.get()]),
    ],
    isSettled: () =>
      [messages, pins, ...[...more.values()].map(({ slice }) => slice)].every((one) => !one.get().isLoading),
    close() {
      for (const stop of stops) stop()
      for (const { stop } of more.values()) stop()
    },
  }
}
