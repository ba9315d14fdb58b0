import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { eventually } from './eventually.ts'
import { findExecutable, startChild } from './child.ts'
import { freePort } from '../../platform/free-port.ts'
import type { Started } from './services.ts'

/** A Redis for the tests: `REDIS_URL`, else a private one from the local binary, else none. */
export async function start(folder: string): Promise<Started> {
  const given = process.env['REDIS_URL']
  if (given) return { url: given, version: await versionOf(given), what: 'REDIS_URL' }
  const binary = findExecutable('redis-server', 'valkey-server')
  if (!binary) return { skipped: 'no REDIS_URL and no redis-server on the PATH' }
  const server = await startRedis(binary, folder, await freePort())
  return { url: server.url, version: await versionOf(server.url), what: binary, stop: server.stop }
}

/** A server of one's own on this port, for tests that stop it. */
export async function startRedis(binary: string, folder: string, port: number) {
  const data = join(folder, `redis-${port}`)
  mkdirSync(data, { recursive: true })
  const command = [binary, '--port', String(port), '--bind', '127.0.0.1', '--dir', data]
  const child = startChild([...command, '--save', '', '--appendonly', 'no'], {}, data, join(data, 'redis.log'))
  const url = `redis://127.0.0.1:${port}`
  await eventually(async () => {
    child.check()
    await versionOf(url)
  })
  return { url, stop: () => child.stop(), kill: () => child.kill() }
}

async function versionOf(url: string): Promise<string> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, disconnectTimeout: 50 })
  redis.on('error', () => undefined) // connect() rejects with it
  try {
    await redis.connect()
    return /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown'
  } finally {
    redis.disconnect()
  }
}
