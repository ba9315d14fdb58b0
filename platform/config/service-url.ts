export const HOW_TO_ESCAPE =
  'special characters in its user or password must be percent-escaped: / as %2F, @ as %40, # as %23, ? as %3F, % as %25'

/**
 * True where a password breaks its URL. With `p/w` as the password, all before the slash is taken for host and port, and an @
 * stands in what is left; with `p%w`, the client fails when it decodes it.
 */
export function hasBrokenCredentials(url: string): boolean {
  const [, authority = '', rest = ''] = /^[\w+.-]+:\/\/([^/?#]*)(.*)$/s.exec(url) ?? []
  const at = authority.lastIndexOf('@')
  if (at === -1) return rest.includes('@')
  const credentials = authority.slice(0, at)
  return (
    credentials.includes('@') || (credentials.match(/:/g)?.length ?? 0) > 1 || /%(?![0-9A-Fa-f]{2})/.test(credentials)
  )
}

/** The members of a replica set stand in a URL with commas between, which no URL parser takes: the first stands for all. */
export function parses(url: string): boolean {
  return URL.canParse(url.replace(/,[^/?#@]*(?=[/?#]|$)/, ''))
}
