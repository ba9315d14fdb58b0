import type { InboxItem } from '../../../inbox/index.ts'
import type { Viewer } from '../../viewer.ts'

/** What one viewer sees of an item: the stream's start, or an event, whose kind has a projection. */
export const showItem = ({ cursor, event }: InboxItem, viewer: Viewer): object => ({
  cursor,
  ...(event ? event.kind.project?.(event.payload, viewer) : { __typename: 'InboxOpened' }),
})
