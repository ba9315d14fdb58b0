/** The kinds of events of this topic. */
import { inEachLanguage } from '../../push-texts/index.ts'
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'

export const SESSION_STARTED = 'users.SessionStarted'
export const SESSIONS_ENDED = 'users.SessionsEnded'

/** The event's key is the user. A device that was never signed in to the account before has a session now. */
export type SessionStarted = {
  readonly userId: string
  readonly sessionId: string
  /** The new device, which does not get the event. */
  readonly deviceId: string
}

/** The event's key is the user. Sessions ended before they expired; the devices that remain are told. */
export type SessionsEnded = {
  readonly userId: string
  readonly sessionIds: readonly string[]
  /** The device that ended them, which does not get the event; null if it was none of the user's. */
  readonly deviceId: string | null
}

/** Delivered and pushed to the user's other devices: somebody else may have signed in. */
const sessionStarted: EventKind<SessionStarted> = {
  name: SESSION_STARTED,
  orderedBy: 'user',
  audience: { of: 'users', users: ({ userId }) => [userId] },
  parse: payloadOf<SessionStarted>({ userId: 'id', sessionId: 'id', deviceId: 'id' }),
  project: ({ userId, sessionId, deviceId }) => ({
    __typename: 'SessionStarted',
    sessionId,
    deviceId,
    user: { id: userId },
  }),
  view: () => 'own',
  isFrom: (started, { deviceId }) => started.deviceId === deviceId,
  push: {
    withheldFrom: () => null,
    async describe(_, events) {
      return events.map(({ userId, sessionId, deviceId }) => ({
        ...NEW_SIGN_IN,
        data: { userId, sessionId, deviceId },
      }))
    },
    describeUnreadable: (userId) => ({ ...NEW_SIGN_IN, data: { userId } }),
  },
}

const NEW_SIGN_IN = {
  title: inEachLanguage(({ texts }) => texts.newSignIn),
  body: inEachLanguage(({ texts }) => texts.signedInOnNewDevice),
}

/** Delivered to the user's other devices; never pushed. */
const sessionsEnded: EventKind<SessionsEnded> = {
  name: SESSIONS_ENDED,
  orderedBy: 'user',
  audience: { of: 'users', users: ({ userId }) => [userId] },
  parse: payloadOf<SessionsEnded>({ userId: 'id', sessionIds: 'ids', deviceId: 'idOrNull' }),
  project: ({ userId, sessionIds }) => ({ __typename: 'SessionsEnded', sessionIds, user: { id: userId } }),
  view: () => 'own',
  isFrom: (ended, { deviceId }) => ended.deviceId === deviceId,
}

export const kinds: readonly EventKind[] = [sessionStarted, sessionsEnded]
