import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AwsClient } from 'aws4fetch'
import { freePort } from '../../platform/free-port.ts'
import { findExecutable, startChild } from './child.ts'
import { eventually } from './eventually.ts'
import { fetchJars, hasJars, jarsOf } from './maven.ts'

/** As in s3proxy/pom.xml. */
const VERSION = '2.6.0'
const JARS = `s3proxy-${VERSION}`

/** The account of the private server; with `S3_TEST_URL` that of the variables. */
export const s3Account = () => ({
  region: process.env['S3_TEST_REGION'] ?? 'us-east-1',
  accessKeyId: process.env['S3_TEST_ACCESS_KEY_ID'] ?? 'parley-test',
  secretAccessKey: process.env['S3_TEST_SECRET_ACCESS_KEY'] ?? 'parley-test-secret',
})

/** Why this machine has no bucket for tests; null if it has one. */
export function s3Missing(): string | null {
  if (process.env['S3_TEST_URL'] || (findExecutable('java') && (findExecutable('mvn') || hasJars(JARS)))) return null
  return 'no S3_TEST_URL, and no java and mvn for S3Proxy'
}

/**
 * A bucket that speaks the S3 protocol: `S3_TEST_URL`, else S3Proxy over a folder by Maven and Java. S3Proxy checks
 * signatures as the real one does. One file of tests needs it, so that file starts it, not the run.
 */
export async function startS3(folder: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const given = process.env['S3_TEST_URL']
  if (given) return { url: given, async [Symbol.asyncDispose]() {} }
  const [java, maven] = [findExecutable('java'), findExecutable('mvn')]
  if (!java) throw new Error('There is no java on the PATH.')
  if (!hasJars(JARS)) {
    const failure = await fetchJars(maven ?? 'mvn', join(import.meta.dirname, 's3proxy/pom.xml'), JARS)
    if (failure) throw new Error(`Maven gave no S3Proxy: ${failure}`)
  }
  const port = await freePort()
  const data = join(folder, `s3proxy-${port}`)
  mkdirSync(join(data, 'files'), { recursive: true })
  const { accessKeyId, secretAccessKey } = s3Account()
  const properties = {
    's3proxy.endpoint': `http://127.0.0.1:${port}`,
    's3proxy.authorization': 'aws-v4',
    's3proxy.identity': accessKeyId,
    's3proxy.credential': secretAccessKey,
    'jclouds.provider': 'filesystem-nio2',
    'jclouds.filesystem.basedir': join(data, 'files'),
    // Asked for, and not used by a folder.
    'jclouds.identity': 'none',
    'jclouds.credential': 'none',
  }
  const file = join(data, 's3proxy.conf')
  writeFileSync(
    file,
    Object.entries(properties)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
  const options = ['-Xmx256m', '-XX:-UsePerfData', `-Djava.io.tmpdir=${data}`, '-DLOG_LEVEL=warn', '-cp', jarsOf(JARS)]
  const command = [java, ...options, 'org.gaul.s3proxy.Main', '--properties', file]
  const child = startChild(command, {}, data, join(data, 'output.log'))
  const url = `http://127.0.0.1:${port}/parley`
  try {
    const client = new AwsClient({ ...s3Account(), service: 's3', retries: 0 })
    await eventually(async () => {
      child.check()
      const { ok } = await client.fetch(url, { method: 'PUT' })
      return ok
    }, 60_000)
    process.stderr.write(`s3       S3Proxy, version ${VERSION}\n`)
    return { url, [Symbol.asyncDispose]: () => child.stop() }
  } catch (error) {
    await child.stop()
    throw error
  }
}
