import { createDatabase } from '../../test/support/database.ts'
import { describeWith } from '../../test/support/services.ts'
import { makePostgresNonces, sweep } from './postgres.ts'

describeWith('postgres', 'Nonces in PostgreSQL', () => {
  test('expired ones are removed, however many, and the others stay', async () => {
    await using db = await createDatabase()
    await using guard = makePostgresNonces(db.database)
    await db.database.query(
      `insert into nonces.used (hash, expires_at)
       select sha256(n::text::bytea), clock_timestamp() - interval '1 second' from generate_series(1, 25000) as n`,
    )
    await guard.take('session', 'fresh', 60)
    await Promise.all([sweep(db.database), sweep(db.database)])
    expect((await db.database.query('select from nonces.used')).rowCount).toBe(1)
    expect(await guard.take('session', 'fresh', 60)).toBe(false)
  })
})
