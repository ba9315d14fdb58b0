import { join, resolve } from 'node:path'
import { isLoopbackHost, isLoopbackOrigin } from '../gateway/policy/loopback.ts'
import { makeClientAddress, rateKeyOf } from '../gateway/policy/address.ts'
import { originOf } from '../gateway/index.ts'
import type { Clock } from '../platform/clock/clock.ts'
import type { Config } from '../platform/config/config.ts'
import {
  type FileServer,
  type FileStore,
  makeFileServer,
  makeGrants,
  openDiskFiles,
  openS3Files,
} from '../platform/files/index.ts'
import type { Log } from '../platform/log/log.ts'

export interface FilesOptions {
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly gatewaySecret: string
}

/**
 * The folder of the files, shared by gateway and chat. Null if there is a bucket, or if the two run in different processes and
 * nobody has said which folder both have.
 */
function folderOf(config: Config): string | null {
  if (config.S3_URL !== undefined) return null
  if (config.FILES_DIR !== undefined) return resolve(config.FILES_DIR)
  const both = config.ROLES.includes('gateway') && config.ROLES.includes('chat')
  return both ? join(resolve(config.DATA_DIR), 'files') : null
}

/** What comes before the path in the addresses of what the gateway serves beside the graph. */
export const addressBase = (config: Config): string => (config.PUBLIC_URL ?? '').replace(/\/$/, '') + config.PATH_PREFIX

const grantsOf = ({ config, clock, gatewaySecret }: FilesOptions) => {
  const previous = config.GATEWAY_SECRET_PREVIOUS
  return makeGrants([gatewaySecret, ...(previous === undefined ? [] : [previous])], clock)
}

/** The store of the files that users send; null if this installation takes none. */
export function openFiles(options: FilesOptions): FileStore | null {
  const { config, clock } = options
  const {
    S3_URL: url,
    S3_REGION: region,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
  } = config
  if (url !== undefined && accessKeyId !== undefined && secretAccessKey !== undefined) {
    return openS3Files({ url, region, accessKeyId, secretAccessKey, clock })
  }
  const folder = folderOf(config)
  return folder === null ? null : openDiskFiles({ folder, grants: grantsOf(options), base: addressBase(config) })
}

/** Serves the folder of the files. Null if there is none. */
export function openFileServer(options: FilesOptions): FileServer | null {
  const { config, log } = options
  const folder = folderOf(config)
  if (folder === null) return null
  const clientAddress = makeClientAddress(config.TRUSTED_PROXIES)
  const origins = new Set(config.ALLOWED_ORIGINS.map(originOf))
  return makeFileServer({
    folder,
    grants: grantsOf(options),
    log,
    addressOf: ({ headers, socket }) => rateKeyOf(clientAddress(headers, socket.remoteAddress ?? '')),
    originAllowed: (origin, host) =>
      origins.has(origin.toLowerCase()) ||
      (config.MODE === 'development' && isLoopbackOrigin(origin) && isLoopbackHost(host)),
  })
}
