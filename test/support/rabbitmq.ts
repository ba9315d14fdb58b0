import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'amqplib'
import { eventually } from './eventually.ts'
import { findExecutable, startChild } from './child.ts'
import { freePort } from '../../platform/free-port.ts'
import type { Started } from './services.ts'

/** A RabbitMQ for the tests: `RABBITMQ_URL`, else a private one from the local binary, else none. */
export async function start(folder: string): Promise<Started> {
  const given = process.env['RABBITMQ_URL']
  if (given) return { url: given, version: await versionOf(given), what: 'RABBITMQ_URL' }
  const binary = findRabbitmq()
  if (!binary) return { skipped: 'no RABBITMQ_URL and no rabbitmq-server on the PATH' }
  const { url, version, stop } = await startRabbitmq(binary, folder, await freePort(), await freePort())
  return { url, version, what: binary, stop }
}

// Not the one of /usr/sbin first: Debian's is a wrapper that changes to another user.
export const findRabbitmq = () => findExecutable('/usr/lib/rabbitmq/bin/rabbitmq-server', 'rabbitmq-server')

/** A server of one's own on these ports, whose queues a second start finds again. */
export async function startRabbitmq(binary: string, folder: string, port: number, distPort: number) {
  const home = join(folder, `rabbitmq-${port}`)
  mkdirSync(home, { recursive: true })
  const plugins = join(home, 'enabled_plugins')
  writeFileSync(plugins, '[].')
  const env = {
    HOME: home,
    RABBITMQ_NODENAME: `parley-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_MNESIA_BASE: join(home, 'mnesia'),
    RABBITMQ_LOG_BASE: join(home, 'log'),
    RABBITMQ_PID_FILE: join(home, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    // Its schedulers spin while idle by default, which starves the tests on a machine with two cores.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
  }
  const child = startChild([binary], env, home, join(home, 'output.log'))
  const url = `amqp://guest:guest@127.0.0.1:${port}`
  try {
    const version = await eventually(() => {
      child.check()
      return versionOf(url)
    }, 90_000)
    return { url, version, stop: () => child.stop(), kill: () => child.kill() }
  } catch (error) {
    await child.stop()
    throw error
  }
}

async function versionOf(url: string): Promise<string> {
  const connection = await connect(url)
  const version = connection.connection.serverProperties.version
  await connection.close()
  return version
}
