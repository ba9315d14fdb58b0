import { openEventLog } from '../platform/eventlog/log.ts'
import { createDatabase } from '../test/support/database.ts'
import { describeWith } from '../test/support/services.ts'
import { shardName } from './consumer.ts'
import { readLevels } from './levels.ts'
import { parkEvent, parkPush } from './parked.ts'
import type { Position } from '../platform/eventlog/position.ts'
import { claimPosition, makeSavePosition } from './positions.ts'
import { RELAY } from './relay.ts'

describeWith('postgres', 'How far delivery is behind', () => {
  test('is counted from the positions of the relay and of each shard, with what was parked', async () => {
    await using own = await createDatabase()
    const { database } = own
    const log = await openEventLog(database)
    const levels = () => readLevels(database, log.shards)
    expect(await levels()).toEqual({ unrelayed: 0, undone: 0, lagSeconds: 0, parkedEvents: 0, parkedPushes: 0 })

    const saved = makeSavePosition(database)
    const save = (name: string, position: Position) => saved({ name, term: '1', position })
    const append = (key: string) => log.append(database, { kind: 'test.Happened', key, payload: {} })
    const first = await append('a')
    const second = await append('a')
    const other = await append('b')
    const before = await levels()
    expect(before).toMatchObject({ unrelayed: 3, undone: 3 })
    expect(before.lagSeconds).toBeGreaterThan(0)

    for (const name of [RELAY, shardName(first.shard), shardName(other.shard)]) await claimPosition(database, name, '1')
    await save(RELAY, second.position)
    await save(shardName(other.shard), other.position)
    await save(shardName(first.shard), first.position)
    const same = first.shard === other.shard
    expect(await levels()).toMatchObject({ unrelayed: 1, undone: same ? 2 : 1 })
    await save(RELAY, other.position)
    await save(shardName(first.shard), same ? other.position : second.position)
    expect(await levels()).toMatchObject({ unrelayed: 0, undone: 0, lagSeconds: 0 })

    const event = { ...other, kind: 'test.Happened', key: 'b', payload: {}, at: new Date() }
    await parkEvent(database, event, 'a test')
    const push = { userId: 'u', deviceId: 'd', token: null, title: '', body: '', data: {}, reason: 'offline' as const }
    await parkPush(database, push, 'a test', null)
    expect(await levels()).toMatchObject({ parkedEvents: 1, parkedPushes: 1 })
  })
})
