import { parse } from 'graphql'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { connect } from '../../client/connect.ts'
import { ConversationMessagesDocument, MeDocument } from '../../client/generated/operations.ts'
import { openDirect, sendText, signInAt } from '../support/app.ts'
import { createDatabase } from '../support/database.ts'
import { holdTransaction, lockWaits } from '../support/held-transaction.ts'
import { makeFolder, startProgram } from '../support/program.ts'
import { insertSession } from '../support/sessions.ts'
import { describeWith } from '../support/services.ts'

jest.setTimeout(120_000)

const REVOKE = parse('mutation ($ids: [ID!]) { revokeSessions(input: { sessionIds: $ids }) { revokedIds } }')
type Revoke = TypedDocumentNode<{ revokeSessions: { revokedIds: string[] } }, { ids: string[] }>

describeWith('postgres', 'a session that is revoked while a request of it is under way', () => {
  test('ends with that request: what was let in before is done once, and nothing after it passes', async () => {
    await using db = await createDatabase()
    await using folder = await makeFolder()
    await using program = await startProgram({
      POSTGRES_URL: db.url,
      DATA_DIR: folder.path,
      PORT: '0',
      LOG_LEVEL: 'error',
    })
    const url = program.banner('GraphQL')
    const ada = await signInAt(url, folder.path, 'Ada')
    const bob = await signInAt(url, folder.path, 'Bob')
    await using _ada = ada.app
    await using _bob = bob.app
    const other = await insertSession(db.database, Date.now() + 3_600_000)
    await db.database.query('/* test.samePerson */ update users.session set user_id = $1::uuid where id = $2::uuid', [
      ada.userId,
      other.sessionId,
    ])
    await using owner = connect({
      url,
      session: { id: other.sessionId, hmacKey: other.hmacKey.toString('base64url') },
    })
    const conversationId = await openDirect(ada, bob)
    const holder = await holdTransaction(db.database, (sql) =>
      sql.query('/* test.lock */ select events.lock($1::text)', [conversationId]),
    )
    const sending = sendText(ada, conversationId, 'let in before')
    await lockWaits(db.database)
    const { revokeSessions } = await owner.mutate(REVOKE as Revoke, { ids: [ada.session.id] })
    expect(revokeSessions.revokedIds).toEqual([ada.session.id])
    await expect(ada.app.query(MeDocument, {})).rejects.toMatchObject({ code: 'SESSION_REVOKED' })
    await holder.end()
    const id = await sending
    await expect(sendText(ada, conversationId, 'too late')).rejects.toMatchObject({ code: 'SESSION_REVOKED' })
    const { conversation } = await bob.app.query(ConversationMessagesDocument, { id: conversationId, first: 10 })
    expect(conversation?.messages.edges.map(({ node }) => node.id)).toEqual([id])
  })
})
