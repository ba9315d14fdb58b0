import { readFileSync } from 'node:fs'
import { buildSchema, isInterfaceType, isNonNullType, isObjectType } from 'graphql'
import { v7 } from 'uuid'
import { makeKinds, type EventKind } from '../platform/eventlog/kinds.ts'
import { assetPath } from '../platform/assets.ts'
import { anyPayload as payload } from '../test/support/any-payload.ts'
import { kinds } from './event-kinds.ts'

const schema = buildSchema(readFileSync(assetPath('schema/api.graphql'), 'utf8'))

const delivered = kinds.all.filter(({ name }) => kinds.isDelivered(name))

test('every kind that is delivered is shown as a type of the inbox, with its fields and no other', () => {
  const inbox = schema.getType('InboxEvent')
  if (!isInterfaceType(inbox)) throw new Error('InboxEvent is no interface.')
  expect(delivered.length).toBeGreaterThanOrEqual(4)
  for (const kind of delivered) {
    const { __typename, ...fields } = kind.project!(kind.parse(payload), { userId: v7(), deviceId: v7() })
    const type = schema.getType(__typename)
    if (!isObjectType(type)) throw new Error(`${kind.name} is shown as ${__typename}, which is no type of the schema.`)
    expect(type.getInterfaces()).toContain(inbox)
    const declared = Object.values(type.getFields()).filter(({ name }) => name !== 'cursor')
    expect(Object.keys(fields).sort()).toEqual(declared.map(({ name }) => name).sort())
    for (const { name, type } of declared) if (isNonNullType(type)) expect(fields[name]).not.toBeNull()
  }
})

test('what is no payload of a kind that is delivered is refused, whatever it is', () => {
  for (const kind of delivered) {
    for (const wrong of [
      null,
      undefined,
      7,
      'text',
      [],
      {},
      { ...payload, id: 7, userId: 'no id', userIds: ['no id'], groupId: null, messageId: 'no id' },
    ]) {
      expect([kind.name, wrong, kind.parse(wrong)]).toEqual([kind.name, wrong, null])
    }
    expect(kind.parse(payload)).not.toBeNull()
  }
})

test('two kinds of one name, and a kind that nobody could be shown, are refused', () => {
  const kind: EventKind = { name: 'a.B', orderedBy: 'user', audience: { of: 'nobody' }, parse: () => null }
  expect(() => makeKinds([kind, { ...kind }])).toThrow('Two rooms declare the kind a.B')
  expect(() => makeKinds([{ ...kind, audience: { of: 'users', users: () => [] } }])).toThrow('no projection')
})
