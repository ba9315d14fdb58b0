import { MongoClient } from 'mongodb'
import { Redis } from 'ioredis'
import type { Sql } from '../../../platform/sql/sql.ts'
import { keysOf } from '../../support/redis-keys.ts'

/** The columns, as `schema.table.column`, of which some value contains the text. */
export async function columnsWith(sql: Sql, text: string): Promise<string[]> {
  const { rows } = await sql.query<{ schema: string; table: string; column: string; bytes: boolean }>(
    `select c.table_schema as schema, c.table_name as table, c.column_name as column, c.data_type = 'bytea' as bytes
     from information_schema.columns as c
     join information_schema.tables as t using (table_schema, table_name)
     where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')`,
  )
  const found: string[] = []
  for (const { schema, table, column, bytes } of rows) {
    const value = bytes ? `encode("${column}", 'escape')` : `"${column}"::text`
    const { rowCount } = await sql.query(
      `select from "${schema}"."${table}" where strpos(lower(${value}), lower($1::text)) > 0 limit 1`,
      [text],
    )
    if (rowCount > 0) found.push(`${schema}.${table}.${column}`)
  }
  return found.sort()
}

/** The collections and fields, as `collection.field`, of which some value contains the text. */
export async function fieldsWith(mongoUrl: string, text: string): Promise<string[]> {
  const client = await MongoClient.connect(mongoUrl)
  try {
    const database = client.db()
    const found = new Set<string>()
    for (const { name } of await database.listCollections().toArray()) {
      for await (const document of database.collection(name).find()) {
        for (const [field, value] of Object.entries(document)) {
          if (JSON.stringify(value).toLowerCase().includes(text.toLowerCase())) found.add(`${name}.${field}`)
        }
      }
    }
    return [...found].sort()
  } finally {
    await client.close()
  }
}

/** The keys under a prefix that contain the text, in their name or their value. */
export async function redisKeysWith(url: string, prefix: string, text: string): Promise<string[]> {
  const redis = new Redis(url)
  try {
    const found: string[] = []
    for (const key of await keysOf(redis, prefix)) {
      const read: Record<string, () => Promise<unknown>> = {
        string: () => redis.get(key),
        hash: () => redis.hgetall(key),
        set: () => redis.smembers(key),
        zset: () => redis.zrange(key, 0, -1),
        list: () => redis.lrange(key, 0, -1),
      }
      const value = JSON.stringify([key, await read[await redis.type(key)]?.()])
      if (value.toLowerCase().includes(text.toLowerCase())) found.push(key)
    }
    return found.sort()
  } finally {
    redis.disconnect()
  }
}
