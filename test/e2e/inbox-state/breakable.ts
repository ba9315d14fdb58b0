import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import type { App } from '../../../client/connect.ts'

interface Followed {
  readonly inbox: { readonly cursor: string }
}

/** An app's subscription to its inbox, which the test breaks between any two events: it goes on from the last cursor. */
export function breakable(app: App) {
  let isOpen = true
  let wake = () => undefined as void
  let changed = new Promise<void>((resolve) => (wake = resolve))
  let current: AsyncIterableIterator<unknown, undefined> | undefined
  const drop = async () => {
    const broken = current
    current = undefined
    wake()
    changed = new Promise((resolve) => (wake = resolve))
    await broken?.return?.()
  }

  function subscribe<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables) {
    let { after } = variables as { after?: string | null }
    let isOver = false
    const stream: AsyncIterableIterator<Data, undefined> = {
      async next() {
        for (;;) {
          while (!isOpen && !isOver) await changed
          if (isOver) return { done: true, value: undefined }
          const source = (current ??= app.subscribe(document, { ...variables, after })) as typeof stream
          const result = await source.next()
          // Events that were there when it broke are not taken: they come again.
          if (current !== source) continue
          if (result.done) return result
          after = (result.value as Followed).inbox.cursor
          return result
        }
      },
      async return() {
        isOver = true
        await drop()
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]: () => stream,
    }
    return stream
  }
  return {
    app: { ...app, subscribe } as App,
    isOpen: () => isOpen,
    async set(open: boolean) {
      if (open === isOpen) return
      isOpen = open
      await drop()
    },
  }
}
