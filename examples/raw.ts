import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { print } from 'graphql'
import type { Session } from '../client/connect.ts'
import { signRequest } from '../client/sign.ts'

export interface RawRequest {
  readonly url: string
  readonly session: Session
  readonly document: TypedDocumentNode<unknown, Record<string, never>>
  readonly nonce?: string
  /** Unix ms. */
  readonly now?: number
  /** Corrupts the signature. */
  readonly tamper?: boolean
}

export interface RawAnswer {
  readonly status: number
  readonly code: string | undefined
  readonly message: string | undefined
}

/** Sends one signed request with a chosen nonce and time, as an attacker would, and returns the gateway's answer. */
export async function sendRaw({ url, session, document, nonce, now, tamper }: RawRequest): Promise<RawAnswer> {
  const body = JSON.stringify({ query: print(document) })
  const { pathname, search } = new URL(url)
  const headers = await signRequest({
    session,
    method: 'POST',
    target: pathname + search,
    body,
    ...(nonce !== undefined && { nonce }),
    ...(now !== undefined && { now }),
  })
  if (tamper) headers['X-Signature'] = headers['X-Signature']!.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })
  const answer = (await response.json()) as { errors?: { message: string; extensions?: { code?: string } }[] }
  return {
    status: response.status,
    code: answer.errors?.[0]?.extensions?.code,
    message: answer.errors?.[0]?.message,
  }
}
