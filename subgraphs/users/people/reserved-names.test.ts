import { isReservedDisplayName, isReservedUsername, skeletonOf } from './reserved-names.ts'

test.each([
  'admin',
  'adm1n',
  'a.d.m.i.n',
  '_admin_',
  'admln',
  'adrnin',
  '4dm1n',
  'admin7',
  'admin.2',
  'r00t',
  'm0derat0r',
  'supp0rt',
  'parley_support',
  'official.parley',
  'me.',
  'nul1',
  'n0reply',
])('the username %s is reserved, or looks like a reserved one', (name) => {
  expect(isReservedUsername(name)).toBe(true)
})

test.each(['ada', 'adamin', 'minad', 'ada_lovelace', 'rooty', 'modest', 'meall', 'systematic', 'helper', 'a1b2c3'])(
  'the username %s is nobody’s but a person’s',
  (name) => {
    expect(isReservedUsername(name)).toBe(false)
  },
)

test.each([
  'Admin',
  ' A D M I N ',
  'Аdmіn',
  'ＡＤＭＩＮ',
  '𝐀𝐝𝐦𝐢𝐧',
  'Ádmin',
  'Parley Support',
  'Dеlеtеd Usеr',
  'Administrator',
  'Admin!',
  '|Admin|',
  '1 Admin',
  'admin②',
  'ADMIN™',
  'ᴀᴅᴍɪɴ',
  'ꜱᴜᴘᴘᴏʀᴛ',
  '🅰🅳🅼🅸🅽',
  '🇦🇩🇲🇮🇳',
  'ᎪᎠᎷᏆN',
  'ꓮꓓꓟꓲꓠ',
  'admіռ',
  '$taff!',
])('the display name %s looks like a role of the server', (name) => {
  expect(isReservedDisplayName(name)).toBe(true)
})

test.each([
  'Ada',
  'Me',
  'Анна',
  'Νίκος',
  '김철수',
  'Adam Inman',
  'Mod Squad',
  'Админ Иванов',
  'Վահան',
  '🇩🇪',
  '4',
  'الياس',
  '😀',
  '...',
])('the display name %s does not', (name) => {
  expect(isReservedDisplayName(name)).toBe(false)
})

test('names that look alike have the same skeleton', () => {
  for (const [one, other] of [
    ['paul', 'paui'],
    ['Modern', 'modem'],
    ['ѕсоре', 'scope'],
    ['a_b.c', 'ABC'],
  ] as const)
    expect(skeletonOf(one)).toBe(skeletonOf(other))
  // Each letter of an alphabet stands for one Latin letter.
  expect(skeletonOf('ᴀʙᴄᴅᴇꜰɢʜᴊᴋʟᴏᴘꜱᴛᴜᴡʏᴢ')).toBe('abcdefghjklopstuwyz')
  expect(skeletonOf('ꓐꓑꓓꓔꓖꓗꓙꓚꓝꓡꓢꓧꓪꓫꓬꓮꓰꓳꓴ')).toBe('bpdtgkjcflshwxyaeou')
  expect(skeletonOf('ᎠᎢᎪᎫᎬᎳᎻᎽᏀᏃᏏᏔᏚᏞᏟᏢᏦᏧ')).toBe('dtajewhygzbwslcpkd')
  expect(skeletonOf('Ada')).not.toBe(skeletonOf('Eva'))
})
