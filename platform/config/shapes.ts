import { z } from 'zod'
import { hasBrokenCredentials, HOW_TO_ESCAPE, parses } from './service-url.ts'

export const url = (protocol: RegExp, example: string) =>
  z.url({ protocol, error: `is not a URL like ${example}` }).optional()
/** The URL of a service. It may contain a user and a password, whose special characters must be escaped. */
export const serviceUrl = (form: RegExp, example: string) =>
  z
    .string()
    .refine((value) => form.test(value) && !hasBrokenCredentials(value) && parses(value), {
      error: ({ input }) => {
        const has = typeof input === 'string' && input.includes('@')
        return `is not a URL like ${example}${has ? `; ${HOW_TO_ESCAPE}` : ''}`
      },
    })
    .optional()
export const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'is not a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `is not between ${least} and ${most}`)
export const rate = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,6})?$/, 'is not a number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `is not between ${least} and ${most}`)
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)
export const secret = z
  .string()
  .min(32, 'is shorter than 32 characters: make one with `openssl rand -hex 32`')
  .optional()
