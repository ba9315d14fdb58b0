import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import type { App } from './connect.ts'
import {
  ExportAccountDocument,
  type ExportAccountQuery,
  type ExportAccountQueryVariables,
  ExportChatDocument,
  ExportGroupsDocument,
} from './generated/operations.ts'

/** The largest page that the server gives: a request for each 200 records. */
const PAGE = 200

/** Something that is kept about the user. */
export interface MyRecord {
  /** What it is, such as `users.device`. */
  readonly kind: string
  readonly data: unknown
}

type Part = TypedDocumentNode<ExportAccountQuery, ExportAccountQueryVariables>
const parts: readonly Part[] = [ExportAccountDocument, ExportChatDocument, ExportGroupsDocument]

/**
 * Gives everything that is kept about the signed-in user, page by page, so that it fits into memory whatever its size:
 * `for await (const record of exportMyData(app)) …`. Rejects with a `GraphError` if a part of the system is down.
 */
export async function* exportMyData(app: Pick<App, 'query'>): AsyncGenerator<MyRecord, void> {
  for (const document of parts) {
    for (let after: string | null = null; ;) {
      const { exportMyData: mine }: ExportAccountQuery = await app.query(document, { first: PAGE, after })
      if (!mine.page) throw new Error('The server did not give a part of the data: try again.')
      yield* mine.page.edges.map(({ node }) => node)
      if (!mine.page.pageInfo.hasNextPage) break
      after = mine.page.pageInfo.endCursor ?? null
    }
  }
}
