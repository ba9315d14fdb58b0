const QUOTE = 0x22
const HASH = 0x23
const OPEN_ARGUMENTS = 0x28
const CLOSE_ARGUMENTS = 0x29
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const OPEN_BLOCK = 0x7b
const CLOSE_BLOCK = 0x7d

/**
 * Whether brackets of any kind (selections, arguments, lists, objects, list types) are nested deeper than `limit`. It
 * is one pass over the text before parsing, because the parser and all later code recurse, and would overflow the
 * stack.
 */
export function isNestedDeeper(text: string, limit: number): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case OPEN_ARGUMENTS:
      case OPEN_LIST:
      case OPEN_BLOCK:
        if (++depth > limit) return true
        break
      case CLOSE_ARGUMENTS:
      case CLOSE_LIST:
      case CLOSE_BLOCK:
        depth--
        break
      case QUOTE:
        at = endOfText(text, at)
        break
      case HASH:
        at = endOfLine(text, at)
    }
  }
  return false
}

/**
 * The last position of the string that begins here. For an unterminated string it is the end of the text: the parser
 * refuses it.
 */
function endOfText(text: string, start: number): number {
  if (text.startsWith('"""', start)) {
    for (let at = start + 3; ; at += 3) {
      at = text.indexOf('"""', at)
      if (at < 0) return text.length
      if (text.charCodeAt(at - 1) !== BACKSLASH) return at + 2
    }
  }
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === QUOTE || isLineEnd(code)) return at
  }
  return text.length
}

function endOfLine(text: string, start: number): number {
  let at = start
  while (at < text.length && !isLineEnd(text.charCodeAt(at))) at++
  return at
}

function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d
}
