import { requireUser } from '../../viewer.ts'
import type { Context } from '../context.ts'
import { projectMessage } from '../events.ts'
import type { InboxEventResolvers, SubscriptionResolvers } from '../generated/resolvers.ts'
import type { InboxItem } from '../inbox/stream.ts'

export const inbox: Required<SubscriptionResolvers>['inbox'] = {
  subscribe: (_, { after }, { identity, node, onProgress, signal }) =>
    node.openStream({
      viewer: requireUser(identity),
      after: after ?? null,
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    }),
  resolve: (item: InboxItem, _args: unknown, { identity }: Context) =>
    item.event
      ? {
          __typename: 'MessageReceived' as const,
          cursor: item.cursor,
          message: projectMessage(item.event.payload, requireUser(identity).userId),
        }
      : { __typename: 'InboxOpened' as const, cursor: item.cursor },
}

export const InboxEvent: InboxEventResolvers = {
  __resolveType: (event) => ('message' in event ? 'MessageReceived' : 'InboxOpened'),
}
