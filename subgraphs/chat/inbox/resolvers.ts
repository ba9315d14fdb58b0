import type { InboxItem } from '../../../inbox/index.ts'
import { formatPosition } from '../../../platform/eventlog/position.ts'
import type { EventViews } from '../../serve.ts'
import { requireUser } from '../../viewer.ts'
import type {
  InboxEventResolvers,
  ResolversInterfaceTypes,
  ResolversTypes,
  SubscriptionResolvers,
} from '../generated/resolvers.ts'
import type { InboxPorts } from './ports.ts'
import { showItem } from './show.ts'

export const inbox: Required<SubscriptionResolvers<InboxPorts>>['inbox'] = {
  subscribe: (_, { after }, { identity, node, onProgress, signal }) =>
    node.openStream({
      viewer: requireUser(identity),
      after: after ?? null,
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    }),
  resolve: (item: InboxItem, _args: unknown, { identity }: InboxPorts) =>
    showItem(item, requireUser(identity)) as ResolversTypes['InboxEvent'],
}

/** Streams of a node at the same position share the answer for an event. */
export const eventViews: EventViews = {
  viewOf(item, identity) {
    const { event } = item as InboxItem
    return event ? (event.kind.view?.(event.payload, requireUser(identity)) ?? null) : 'opened'
  },
  nameOf(item) {
    const { cursor, event } = item as InboxItem
    if (!event) return cursor
    return `${'passing' in event ? event.passing : formatPosition(event.position)} ${cursor}`
  },
  sameForAll: ['Message.conversation', 'Message.deletedBy', 'Message.sender'],
}

type TypeName = NonNullable<ResolversInterfaceTypes<ResolversTypes>['InboxEvent']['__typename']>

export const InboxEvent: InboxEventResolvers<InboxPorts> = {
  // Each kind's projection names its type; a test checks all of them against the schema.
  __resolveType: (event) => (event as { __typename: TypeName }).__typename,
}
