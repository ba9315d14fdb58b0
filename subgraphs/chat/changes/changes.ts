import type { Bus } from '../../../platform/bus/bus.ts'
import { announceAppended } from '../../../platform/eventlog/appended.ts'
import { makeHistory } from '../messages/history.ts'
import { findVisible } from '../messages/receipts.ts'
import { makeStoreWriter } from '../messages/store/write.ts'
import { MAX_TEXT } from '../limits.ts'
import { deleteMessage } from './delete.ts'
import { editMessage } from './edit.ts'
import { type ChangeWindows, DEFAULT_WINDOWS } from './limits.ts'
import type { Changes, Changing } from './ports.ts'
import { purgeMessage } from './purge.ts'
import { removeMessage } from './remove.ts'

export interface ChangesDeps extends Pick<Changing, 'database' | 'eventLog' | 'store' | 'clock' | 'log'> {
  readonly bus: Bus
  readonly windows?: ChangeWindows
  readonly maxText?: number
}

export function makeChanges(deps: ChangesDeps): Changes {
  const { database, store, bus, log } = deps
  const history = makeHistory(deps)
  const changing: Changing = {
    ...deps,
    history,
    windows: deps.windows ?? DEFAULT_WINDOWS,
    maxText: deps.maxText ?? MAX_TEXT,
    write: makeStoreWriter(store, log),
    announce: (conversationId) => announceAppended(bus, conversationId, log),
    async visible(userId, id) {
      const ids = (await findVisible(database, userId, [id])).map((row) => row.id)
      return (await history.find(ids))[0] ?? null
    },
  }
  return {
    edit: (viewer, input) => editMessage(changing, viewer, input),
    delete: (viewer, messageId) => deleteMessage(changing, viewer, messageId),
    remove: (by, messageId) => removeMessage(changing, by, messageId),
    purge: (by, messageId) => purgeMessage(changing, by, messageId),
  }
}
