import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner'

/** All fetches of a plan. */
export function fetchesOf(node: PlanNode | SubscriptionNode | undefined): FetchNode[] {
  switch (node?.kind) {
    case undefined:
      return []
    case 'Fetch':
      return [node]
    case 'Flatten':
      return fetchesOf(node.node)
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchesOf)
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap(fetchesOf)
    case 'Subscription':
      return [node.primary, ...fetchesOf(node.rest)]
    case 'Defer':
      throw new Error('@defer is not supported.')
  }
}
