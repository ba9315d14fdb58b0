import { isIP } from 'node:net'
import { createTransport } from 'nodemailer'
import type { OtpSender } from './otp.ts'

/** A slower mail server counts as down; the person requests a new password. */
const TIMEOUT_MS = 10_000

export interface SmtpOtpOptions {
  /** `smtp://user:password@host:587`, which must offer STARTTLS, or `smtps://…:465`. */
  readonly url: string
  /** The sender's address, with or without a name. */
  readonly from: string
}

/**
 * Mails one-time passwords. Only e-mail addresses: it refuses telephone numbers. Except on this machine, nothing is sent
 * without TLS, because the mail contains a code and the login contains a password.
 */
export function makeSmtpOtp({ url, from }: SmtpOtpOptions): OtpSender & AsyncDisposable {
  const { protocol, hostname, port, username, password } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const secure = protocol === 'smtps:'
  const transport = createTransport({
    host,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !isThisMachine(host),
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    carries: (to) => to.includes('@'),
    async send({ to, code, expiresAt }) {
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: to },
          subject: 'Your code to sign in',
          text: [
            `${code} is your code to sign in.`,
            `It is valid until ${expiresAt.toISOString().slice(11, 16)} UTC, on the device that requested it.`,
            'If you did not request it, somebody may have mistyped an address: do nothing, and pass the code to nobody.',
            '',
          ].join('\n'),
        })
      } catch (error) {
        // Without the cause: its text may quote the mail.
        const { code: kind, responseCode } = error as { code?: unknown; responseCode?: unknown }
        const facts = [kind, responseCode]
          .filter((fact) => typeof fact === 'string' || typeof fact === 'number')
          .join(', ')
        throw new Error(`The mail server did not accept a one-time password (${facts || 'no answer'}).`)
      }
    },
    async [Symbol.asyncDispose]() {
      transport.close()
    },
  }
}

const isThisMachine = (host: string) =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
