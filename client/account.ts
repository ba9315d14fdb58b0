import { connect } from './connect.ts'
import { GraphError } from './errors.ts'
import {
  type DevicePlatform,
  type OtpFailure,
  RegisterDeviceDocument,
  RequestOtpDocument,
  SignOutDocument,
  VerifyOtpDocument,
} from './generated/operations.ts'
import { importSessionKey, type Session } from './sign.ts'
import type { ClientStorage } from './storage/storage.ts'

export interface AccountOptions {
  /** The gateway's URL, such as `https://chat.example.org/graphql`. */
  readonly url: string
  /** Keeps the device and the session across reloads. */
  readonly storage: ClientStorage
  /** What the user's list of devices shows, such as `Firefox on Linux`. */
  readonly deviceName: string
  /** Default: WEB. */
  readonly platform?: DevicePlatform
}

/** The signed-in user of this device. */
export interface SignedIn {
  readonly session: Session
  readonly userId: string
  readonly deviceId: string
}

/** `signedIn`, or why the code was not accepted and how many tries are left. With 0 left, request a new code. */
export type CodeResult =
  | { readonly signedIn: SignedIn }
  | { readonly signedIn: null; readonly failure: OtpFailure; readonly triesLeft: number }

/** Signs this device in and out. Every method rejects with a `GraphError` if the server refuses. */
export interface Account {
  /** Who was signed in on this device when it was last used; null if nobody. The server is not asked. */
  current(): Promise<SignedIn | null>
  /** Sends a one-time password to an e-mail address or telephone number; returns until when it is valid (ISO 8601). */
  requestCode(address: string): Promise<string>
  /** `displayName` is the name of a new user, ignored for others. */
  verifyCode(address: string, code: string, displayName?: string): Promise<CodeResult>
  /**
   * Ends the session on the server and forgets it here. While the server cannot be reached it rejects, and the session
   * stays: `forget` forgets it all the same.
   */
  signOut(): Promise<void>
  /** Forgets the session here alone: after the server ended it, for example. */
  forget(): Promise<void>
}

interface KeptDevice {
  readonly deviceId: string
  readonly deviceSecret: string
}

const DEVICE = 'device'
const SIGNED_IN = 'signed-in'

/** The server says these if a session has ended. */
const ENDED = new Set(['SESSION_UNKNOWN', 'SESSION_REVOKED', 'SESSION_EXPIRED', 'SESSION_REPLACED', 'UNAUTHENTICATED'])

/** True if the session of a request or a stream has ended, so that the user must sign in again. */
export function isSessionEnded(error: unknown): boolean {
  const { code, reason } = error as { readonly code?: unknown; readonly reason?: unknown }
  return [code, reason].some((said) => typeof said === 'string' && ENDED.has(said))
}

export function openAccount({ url, storage, deviceName, platform = 'WEB' }: AccountOptions): Account {
  const anonymous = connect({ url })

  /** This device as the server knows it. It is registered once, and stays the same for whoever signs in on it. */
  const findDevice = async (): Promise<KeptDevice> => {
    const kept = (await storage.get(DEVICE)) as KeptDevice | undefined
    if (kept) return kept
    const { registerDevice } = await anonymous.mutate(RegisterDeviceDocument, {
      input: { name: deviceName, platform },
    })
    const device = { deviceId: registerDevice.device.id, deviceSecret: registerDevice.deviceSecret }
    await storage.set(DEVICE, device)
    return device
  }

  const current = async () => ((await storage.get(SIGNED_IN)) as SignedIn | undefined) ?? null
  const forget = () => storage.delete(SIGNED_IN)

  return {
    current,
    forget,

    async requestCode(address) {
      const request = async () => {
        const { requestOtp } = await anonymous.mutate(RequestOtpDocument, {
          input: { ...(await findDevice()), address },
        })
        return requestOtp.expiresAt
      }
      try {
        return await request()
      } catch (error) {
        // The server does not know this device any more: its user removed it, or the server's data is new.
        if (!(error instanceof GraphError) || error.code !== 'UNAUTHENTICATED') throw error
        await storage.delete(DEVICE)
        return request()
      }
    },

    async verifyCode(address, code, displayName) {
      const device = await findDevice()
      const { verifyOtp } = await anonymous.mutate(VerifyOtpDocument, {
        input: { ...device, address, code, ...(displayName !== undefined && { displayName }) },
      })
      const { session, failure, triesLeft } = verifyOtp
      if (!session) return { signedIn: null, failure: failure ?? 'WRONG', triesLeft }
      const hmacKey = storage.keepsKeys ? await importSessionKey(session.hmacKey) : session.hmacKey
      const signedIn = {
        session: { id: session.id, hmacKey },
        userId: session.user.id,
        deviceId: device.deviceId,
      }
      await storage.set(SIGNED_IN, signedIn)
      return { signedIn }
    },

    async signOut() {
      const signedIn = await current()
      if (!signedIn) return
      try {
        await using app = connect({ url, session: signedIn.session })
        await app.mutate(SignOutDocument, {})
      } catch (error) {
        if (!isSessionEnded(error)) throw error
      }
      await forget()
    },
  }
}
