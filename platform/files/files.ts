/** A file of one owner. The key is a UUID: it needs no escaping in a path or a URL. */
export interface StoredFile {
  readonly key: string
  /** The exact size, which the owner names before the upload. */
  readonly bytes: number
  /** A media type such as `image/png`, without parameters. */
  readonly contentType: string
  /** The name for whoever saves it; null for none. */
  readonly fileName: string | null
}

/** The HTTP request that carries a file's bytes as its body. */
export interface UploadRequest {
  readonly method: 'PATCH' | 'PUT'
  /** Absolute, or a path at the address of the graph. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Whether an upload that broke off can be continued, by the tus protocol 1.0. */
  readonly resumable: boolean
}

/**
 * Where files are kept.
 * - `beginUpload` may be called again for the same file; what came in so far is kept.
 * - `isComplete` says whether all bytes have come, and come to stay.
 * - `downloadUrl` gives an address that works until the instant, whether or not the file is complete.
 * - `remove` forgets files; keys without a file are fine. Addresses that were given before end.
 * All reject while the store is down.
 */
export interface FileStore extends AsyncDisposable {
  readonly kind: 'disk' | 's3'
  beginUpload(file: StoredFile, until: Date): Promise<UploadRequest>
  isComplete(file: StoredFile): Promise<boolean>
  downloadUrl(file: StoredFile, until: Date): Promise<string>
  remove(keys: readonly string[]): Promise<void>
}

/** Where an upload goes. Who has its address could send something else once more, so this is never the file itself. */
export const incomingName = (key: string): string => `${key}.upload`

/** Media that a browser shows in the page that names them. Anything else is saved, never opened: it could be a program. */
const SHOWN =
  /^(image\/(png|jpeg|gif|webp|avif)|video\/(mp4|webm|ogg|quicktime)|audio\/(mpeg|mp4|aac|ogg|webm|wav|x-wav|flac))$/

/** The header Content-Disposition for a download. */
export function dispositionOf({ contentType, fileName }: Pick<StoredFile, 'contentType' | 'fileName'>): string {
  const how = SHOWN.test(contentType) ? 'inline' : 'attachment'
  if (fileName === null) return how
  // RFC 8187; `'()*` are not escaped by encodeURIComponent.
  const name = encodeURIComponent(fileName).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  return `${how}; filename*=UTF-8''${name}`
}
