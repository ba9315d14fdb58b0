import type { MessageBody } from './body.ts'
import { pushTextOf } from './push-text.ts'

const names = { senderName: 'Ada', groupTitle: null }

test.each<[string, MessageBody]>([
  ['Hello', { text: 'Hello' }],
  ['Photo', { text: '', type: 'IMAGE' }],
  ['Photo: at the lake', { text: 'at the lake', type: 'IMAGE' }],
  ['Contact: Eve', { text: '', type: 'CONTACT', content: { name: 'Eve', phones: ['1'] } }],
  ['Location: Museum', { text: '', type: 'LOCATION', content: { latitude: 1, longitude: 2, name: 'Museum' } }],
  ['Location: Here', { text: 'Here', type: 'LOCATION', content: { latitude: 1, longitude: 2, name: 'Museum' } }],
  ['Vote!', { text: 'Vote!', type: 'CUSTOM', content: {} }],
  ['Message', { text: '', type: 'CUSTOM', content: { name: 'internal' } }],
])('a push says %s', (body, message) => {
  expect(pushTextOf(message, names)).toEqual({ title: 'Ada', body, discreet: 'New message' })
})

test('the text of a mention is cut too, and no character in half', () => {
  const { special } = pushTextOf({ text: '😀'.repeat(1_000), mentions: { userIds: ['b'] } }, names)
  expect(special?.userIds).toEqual(['b'])
  expect(special?.body).toMatch(/^Ada mentioned you: 😀+…$/u)
  expect(special?.body.length).toBeLessThanOrEqual(501)
})
