import { createDatabase } from '../../test/support/database.ts'

test('hello', async () => {
  await using db = await createDatabase()
  const { rows } = await db.database.query<{ n: number }>('select 1 as n')
  expect(rows).toEqual([{ n: 1 }])
})
