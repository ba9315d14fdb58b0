import type { PushText } from '../../../platform/eventlog/kinds.ts'
import { said } from '../../../test/support/said.ts'
import type { MessageBody } from './body.ts'
import { pushTextOf } from './push-text.ts'

const names = { senderName: 'Ada', groupTitle: null }

/** The texts as somebody of this language gets them. */
const textsOf = ({ title, body, discreet = '', special }: Omit<PushText, 'data'>, locale: string | null) => ({
  title: said(title, locale),
  body: said(body, locale),
  discreet: said(discreet, locale),
  ...(special && { special: said(special.body, locale) }),
})

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
  expect(textsOf(pushTextOf(message, names), 'en')).toEqual({ title: 'Ada', body, discreet: 'New message' })
})

test('the text of a mention is cut too, and no character in half', () => {
  const text = pushTextOf({ text: '😀'.repeat(1_000), mentions: { userIds: ['b'] } }, names)
  expect(text.special?.userIds).toEqual(['b'])
  const { special } = textsOf(text, null)
  expect(special).toMatch(/^Ada mentioned you: 😀+…$/u)
  expect(special?.length).toBeLessThanOrEqual(501)
})

test.each([
  ['de', 'Ada hat dich erwähnt: 2 Fotos', 'Neue Nachricht'],
  ['fr-CA', 'Ada vous mentionne\u00A0: 2 photos', 'Nouveau message'],
  ['pl-PL', 'Ada wspomina o tobie: 2 zdjęcia', 'Nowa wiadomość'],
  ['tlh', 'Ada mentioned you: 2 photos', 'New message'],
  [null, 'Ada mentioned you: 2 photos', 'New message'],
])('in the language %s a push says %s', (locale, special, discreet) => {
  const message: MessageBody = { text: '', type: 'IMAGE', mediaIds: ['1', '2'], mentions: { userIds: ['b'] } }
  expect(textsOf(pushTextOf(message, names), locale)).toMatchObject({ title: 'Ada', special, discreet })
})
