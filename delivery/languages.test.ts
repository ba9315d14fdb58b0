import { openWorld, type Person, type World } from '../test/support/delivery.ts'
import { eventually } from '../test/support/eventually.ts'
import { describeWith } from '../test/support/services.ts'

describeWith('postgres', 'The language of pushes', () => {
  let world: World
  afterEach(() => world[Symbol.asyncDispose]())

  const speaks = ({ userId }: Person, locale: string | null) =>
    world.database.query('update users.account set locale = $2::text where id = $1::uuid', [userId, locale])
  const bodiesTo = (person: Person) => world.pushesTo(person).map(({ body }) => body)

  test('recipients of one event read it each in their own, and a change counts for the next push', async () => {
    world = await openWorld()
    const [ada, bea, cid, dan] = [
      await world.person('Ada'),
      await world.person('Bea', 2),
      await world.person('Cid'),
      await world.person('Dan'),
    ]
    const group = await world.group('Team', ada, bea, cid, dan)
    await speaks(bea, 'de-AT')
    await speaks(cid, 'pl')
    await world.startProcess()
    const photos = { type: 'IMAGE', mediaIds: ['1', '2'] } as const
    await world.send(group, ada, '', photos)
    await eventually(() => {
      expect(bodiesTo(bea).filter((body) => body.includes('Foto'))).toEqual(['Ada: 2 Fotos', 'Ada: 2 Fotos'])
      expect(bodiesTo(cid)).toContain('Ada: 2 zdjęcia')
      expect(bodiesTo(dan)).toContain('Ada: 2 photos')
    })
    await speaks(dan, 'fr')
    await speaks(cid, null)
    await world.send(group, ada, 'hier', { ...photos, mentions: { userIds: [dan.userId] } })
    await eventually(() => {
      expect(bodiesTo(dan)).toContain('Ada vous mentionne\u00A0: 2 photos\u00A0: hier')
      expect(bodiesTo(cid)).toContain('Ada: 2 photos: hier')
    })
  })

  test('a user without previews reads in the own language that there is something', async () => {
    world = await openWorld()
    const [ada, bea] = [await world.person('Ada'), await world.person('Bea')]
    await speaks(bea, 'es')
    await world.database.query('insert into users.setting (user_id, previews) values ($1::uuid, false)', [bea.userId])
    await world.startProcess()
    await world.send(await world.conversation(ada, bea), ada, 'secret')
    await eventually(() => expect(bodiesTo(bea)).toEqual(['Nuevo mensaje']))
  })
})
