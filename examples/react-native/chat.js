import { connect } from '@parley/client'
import { follow } from '@parley/client/follow'
import { InboxDocument } from '@parley/client/operations'
import { openOutbox } from '@parley/client/outbox'

/**
 * Follows the inbox while the app is on the screen, and sends what is written, now or later. `appState` is React Native's
 * `AppState`. `onEnded` is called with the error that ended the inbox for good.
 */
export async function openChat({ url, signedIn, storage, appState, onEvent, refetch, onEnded }) {
  const { session, userId } = signedIn
  const app = connect({ url, session })
  const outbox = await openOutbox({ app, userId, storage })
  let following
  const stopFollowing = async () => {
    const last = following
    following = undefined
    await last?.[Symbol.asyncDispose]()
  }

  const look = (state) => {
    // The system is about to stop the app, and its socket dies unseen. Pushes tell what comes meanwhile.
    if (state === 'background') void stopFollowing()
    if (state !== 'active') return
    if (!following) {
      following = follow(InboxDocument, { app, userId, storage, refetch, handle: ({ inbox }) => onEvent(inbox) })
      following.ended.catch(onEnded)
    }
    outbox.wake()
  }
  const listening = appState.addEventListener('change', look)
  look(appState.currentState)

  return {
    app,
    outbox,
    async close() {
      listening.remove()
      await stopFollowing()
      await outbox[Symbol.asyncDispose]()
      await app[Symbol.asyncDispose]()
    },
  }
}
