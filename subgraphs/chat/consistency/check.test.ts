import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { v7 } from 'uuid'
import { assetPath } from '../../../platform/assets.ts'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { describeWith } from '../../../test/support/services.ts'
import { succeed } from '../../../test/support/subgraph.ts'
import { type Fault, findFaults, findLostBodies } from './check.ts'

const run = promisify(execFile)

describeWith('postgres', 'The check of the data', () => {
  let world: ChatWorld
  let direct: string
  let group: string
  beforeAll(async () => {
    world = await openChatWorld()
    const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
    direct = await world.direct(ada, bob)
    group = await world.group(ada, bob)
    await Promise.all(Array.from({ length: 20 }, (_, n) => world.send(n % 2 ? ada : bob, n % 3 ? direct : group)))
    await world.add(ada, group, eve)
    await world.remove(ada, group, bob)
    await succeed(
      world.ask(bob, 'mutation ($input: MarkReadInput!) { markRead(input: $input) { __typename } }', {
        input: { conversationId: direct, upTo: 3 },
      }),
    )
  })
  afterAll(() => world[Symbol.asyncDispose]())

  const all = async () => [
    ...(await findFaults(world.database)),
    ...(await findLostBodies(world.database, world.store)),
  ]

  test('finds nothing in what Parley wrote', async () => {
    expect(await all()).toEqual([])
  })

  test.each([
    [
      'numbered 1, 2, 3',
      'a lost receipt',
      'delete from chat.receipts where conversation_id = $1::uuid and sequence = 2',
    ],
    [
      'numbered 1, 2, 3',
      'a number too many',
      'update chat.conversations set last_sequence = last_sequence + 1 where id = $1::uuid',
    ],
    [
      'last message',
      'another last message',
      'update chat.conversations set last_message_id = gen_random_uuid() where id = $1::uuid',
    ],
    [
      'belongs to a conversation',
      'a strange conversation',
      'update chat.receipts set conversation_id = gen_random_uuid() where conversation_id = $1::uuid and sequence = 1',
    ],
    [
      'order of the event log',
      'two numbers swapped',
      'update chat.receipts set sequence = case sequence when 1 then 9001 when 2 then 9002 end where conversation_id = $1::uuid and sequence in (1, 2)',
    ],
    [
      'event log has',
      'a lost event',
      `delete from events.log where payload ->> 'id' = (select message_id::text from chat.receipts where conversation_id = $1::uuid and sequence = 3)`,
    ],
    [
      'between its two users',
      'a lost participant',
      'delete from chat.direct_participants where conversation_id = $1::uuid',
    ],
    [
      'has read more',
      'a read of what is to come',
      'update chat.reads set read_up_to = 9000, delivered_up_to = 9000 where conversation_id = $1::uuid',
    ],
    [
      'as many reactions',
      'a reaction that is not counted',
      `insert into chat.reactions (message_id, emoji, user_id, conversation_id, reacted_at)
       select message_id, 'x', sender_id, conversation_id, now() from chat.receipts where conversation_id = $1::uuid and sequence = 1`,
    ],
    [
      'reaction is to a message',
      'a reaction to nothing',
      `insert into chat.reactions (message_id, emoji, user_id, conversation_id, reacted_at)
       values (gen_random_uuid(), 'x', gen_random_uuid(), $1::uuid, now())`,
    ],
    [
      'pinned message is',
      'a pin of nothing',
      `insert into chat.pins (message_id, conversation_id, pinned_at) values (gen_random_uuid(), $1::uuid, now())`,
    ],
    [
      'present version, and no later one',
      'a version that the message does not know',
      `insert into chat.versions (message_id, version, body, made_at)
       select message_id, 2, '{"text": ""}', now() from chat.receipts where conversation_id = $1::uuid and sequence = 1`,
    ],
    [
      'row of a message has',
      'a row of an earlier version',
      `with made as (
         insert into chat.versions (message_id, version, body, made_at)
         select message_id, 2, '{"text": ""}', now() from chat.receipts where conversation_id = $1::uuid and sequence = 1
       ), stored as (
         insert into chat.message_store (kind) values ('postgres') on conflict do nothing
       )
       update chat.receipts set version = 2 where conversation_id = $1::uuid and sequence = 1`,
    ],
    [
      'left of a deleted message',
      'a deleted message in the log',
      'update chat.receipts set deleted_at = now() where conversation_id = $1::uuid and sequence = 1',
    ],
    [
      'file of a message',
      'a lost file',
      'update chat.receipts set media_ids = array[gen_random_uuid()] where conversation_id = $1::uuid and sequence = 1',
    ],
  ])('finds what breaks the rule “%s”: %s', async (rule, _, statement) => {
    const undone = new Error('undone')
    let found: readonly Fault[] = []
    const change = world.database.transaction(async (sql) => {
      await sql.query(statement, [direct])
      found = await findFaults(sql)
      throw undone
    })
    await expect(change).rejects.toBe(undone)
    expect(found.map((fault) => fault.rule).join()).toContain(rule)
  })

  test('finds a message without a body', async () => {
    const id = v7()
    await world.database.query(
      `insert into chat.receipts (sender_id, client_message_id, message_id, conversation_id, sequence, sent_at, content_hash, epoch, xid, event_id)
       values ($1::uuid, 'lost', $1::uuid, $2::uuid, 7777, now(), decode(repeat('00', 32), 'hex'), 0, '0', 0)`,
      [id, group],
    )
    expect(await findLostBodies(world.database, world.store)).toContainEqual(
      expect.objectContaining({ found: `message ${id}` }),
    )
  })

  test('is a command, which names what is wrong and ends with 1', async () => {
    const ended = await run(process.execPath, [assetPath('dist/commands/check.js')], {
      env: { PATH: process.env['PATH'], LOG_LEVEL: 'error', POSTGRES_URL: world.db.url },
    }).catch((error: { code: number; stdout: string }) => error)
    expect(ended).toMatchObject({ code: 1, stdout: expect.stringContaining('Not so: message') })
  })
})
