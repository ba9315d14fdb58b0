import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { assetPath } from '../../platform/assets.ts'
import { findExecutable, startChild } from './child.ts'
import { eventually } from './eventually.ts'
import { fetchJars, hasJars, jarsOf } from './maven.ts'
import { freePort } from '../../platform/free-port.ts'
import type { Started } from './services.ts'

const STAND_IN = assetPath('test/support/mongo-stand-in')
/** As in pom.xml and StandIn.java. */
const STAND_IN_VERSION = '1.47.0'
const JARS = `mongo-java-server-${STAND_IN_VERSION}`

/**
 * Something that speaks MongoDB's protocol, for the tests: `MONGODB_URL`, else a private `mongod` from the PATH, else the
 * stand-in by Maven and Java 17, else none. `mongodb-memory-server-core` is left out on purpose: it fetches some 100 MB from
 * a place that many networks do not let through, and `MONGODB_URL` serves whoever can reach it.
 * What the stand-in is, is said wherever it is named: it is not MongoDB, also when `MONGODB_URL` leads to it.
 */
export async function start(folder: string): Promise<Started> {
  const given = process.env['MONGODB_URL']
  if (given) return { url: given, ...(await describeServer(given, 'from MONGODB_URL')) }
  return startPrivate(folder)
}

/** A server of the caller's own, also where `MONGODB_URL` names another one. */
export async function startPrivate(folder: string): Promise<Started> {
  return startMongo(folder, await freePort())
}

/** The same on this port: a second start finds the data of the first. */
export async function startMongo(folder: string, port: number) {
  const mongod = findExecutable('mongod')
  if (mongod) return startMongod(mongod, folder, port)
  const [java, maven] = [findExecutable('java'), findExecutable('mvn')]
  const fetched = hasJars(JARS)
  if (!java || !(maven || fetched)) {
    return { skipped: 'no MONGODB_URL, no mongod on the PATH, and no java and mvn for the stand-in' }
  }
  if (!fetched && maven) {
    const failure = await fetchJars(maven, join(STAND_IN, 'pom.xml'), JARS)
    if (failure) return { skipped: `no MONGODB_URL, no mongod on the PATH, and Maven gave no stand-in: ${failure}` }
  }
  return startStandIn(java, folder, port)
}

function startMongod(binary: string, folder: string, port: number) {
  const data = join(folder, `mongod-${port}`)
  mkdirSync(data, { recursive: true })
  const command = [binary, '--port', String(port), '--bind_ip', '127.0.0.1', '--dbpath', data]
  return startServer([...command, '--nounixsocket', '--wiredTigerCacheSizeGB', '0.25'], data, port)
}

/** The stand-in on this port, over a file of `folder` that a second start finds again. */
function startStandIn(java: string, folder: string, port: number) {
  const data = join(folder, `mongo-stand-in-${port}`)
  mkdirSync(data, { recursive: true })
  const options = ['-Xmx512m', '-XX:-UsePerfData', `-Djava.io.tmpdir=${data}`, '-cp', jarsOf(JARS)]
  const command = [java, ...options, join(STAND_IN, 'StandIn.java'), join(data, 'data.mv'), String(port)]
  return startServer(command, data, port)
}

async function startServer(command: string[], data: string, port: number) {
  const child = startChild(command, {}, data, join(data, 'output.log'))
  const url = `mongodb://127.0.0.1:${port}`
  try {
    const described = await eventually(() => {
      child.check()
      return describeServer(url, 'a private server')
    }, 60_000)
    return { url, ...described, stop: () => child.stop(), kill: () => child.kill() }
  } catch (error) {
    await child.stop()
    throw error
  }
}

/** Asks the server itself what it is. */
async function describeServer(url: string, whose: string): Promise<{ version: string; what: string }> {
  await using client = new MongoClient(url, { serverSelectionTimeoutMS: 2_000 })
  const { version } = await client.db('admin').command({ buildInfo: 1 })
  const standIn = /mongo-java-server-(.*)$/.exec(String(version))?.[1]
  if (standIn) return { version: standIn, what: `the stand-in mongo-java-server, not MongoDB, ${whose}` }
  return { version: String(version), what: `MongoDB, ${whose}` }
}
