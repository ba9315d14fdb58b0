import type { Complete } from '../../complete.ts'
import type { MutationResolvers, NewSessionResolvers } from '../generated/resolvers.ts'
import type { SignInPorts } from './ports.ts'
import { requestCode, verifyCode, type SignedIn } from './sign-in.ts'

export const requestOtp: Required<MutationResolvers<SignInPorts>>['requestOtp'] = (_, { input }, context) =>
  requestCode(context, input)

export const verifyOtp: Required<MutationResolvers<SignInPorts>>['verifyOtp'] = (_, { input }, context) =>
  verifyCode(context, input)

export const NewSession: Complete<NewSessionResolvers, Pick<SignedIn, 'user'>> = {
  id: ({ session }) => session.id,
  hmacKey: ({ session }) => session.hmacKey.toString('base64url'),
  expiresAt: ({ session }) => session.expiresAt,
}
