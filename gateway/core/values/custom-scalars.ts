import {
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql'
import type { GraphQLInputType, GraphQLNamedType } from 'graphql'
import { ExactNumber } from '../json.ts'
import { getOwn, setOwn } from './own.ts'
import { isObject } from './values.ts'

/** A scalar whose meaning only its subgraph knows: its values pass unchanged. */
export function isCustomScalar(type: unknown): boolean {
  return isScalarType(type) && !isSpecifiedScalarType(type)
}

export function isId(type: unknown): boolean {
  return isScalarType(type) && type.name === 'ID'
}

/**
 * Whether a value of this type may hold numbers that JavaScript's numbers cannot: those of custom scalars and of ID.
 */
export function takesExactNumbers(type: GraphQLNamedType): boolean {
  return holdsLeaf(type, (leaf) => isId(leaf) || isCustomScalar(leaf))
}

export function takesCustomScalars(type: GraphQLNamedType): boolean {
  return holdsLeaf(type, isCustomScalar)
}

function holdsLeaf(
  type: GraphQLNamedType,
  wanted: (leaf: GraphQLNamedType) => boolean,
  seen = new Set<GraphQLNamedType>(),
): boolean {
  if (!isInputObjectType(type)) return wanted(type)
  if (seen.has(type)) return false
  seen.add(type)
  return Object.values(type.getFields()).some((field) => holdsLeaf(getNamedType(field.type), wanted, seen))
}

/** Whether JSON.parse may have changed a number in this value of a custom scalar. */
export function holdsNumber(value: unknown): boolean {
  if (typeof value === 'number') return true
  if (Array.isArray(value)) return value.some(holdsNumber)
  return isObject(value) && Object.keys(value).some((key) => holdsNumber(value[key]))
}

/** Whether JSON.parse has rounded this ID, which may be sent as a whole number. */
export function isRounded(value: unknown): boolean {
  return typeof value === 'number' && !Number.isSafeInteger(value)
}

/** Whether JSON.parse may have changed a number of this input value for which that matters. */
export function mayDiffer(value: unknown, type: GraphQLInputType): boolean {
  if (isNonNullType(type)) return mayDiffer(value, type.ofType)
  if (isListType(type)) {
    const { ofType } = type
    return Array.isArray(value) ? value.some((item) => mayDiffer(item, ofType)) : mayDiffer(value, ofType)
  }
  if (isId(type)) return isRounded(value)
  if (isScalarType(type)) return isCustomScalar(type) && holdsNumber(value)
  if (!isInputObjectType(type) || !isObject(value)) return false
  return Object.values(type.getFields()).some(({ name, type }) => mayDiffer(getOwn(value, name), type))
}

/**
 * Converts an exactly parsed input value: exact numbers stay in custom scalars, become texts in an ID, and
 * JavaScript's numbers everywhere else.
 */
export function toInput(value: unknown, type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return toInput(value, type.ofType)
  if (isListType(type)) {
    const { ofType } = type
    return Array.isArray(value) ? value.map((item) => toInput(item, ofType)) : toInput(value, ofType)
  }
  if (isCustomScalar(type)) return value
  if (isId(type)) return toId(value)
  if (!isInputObjectType(type) || !isObject(value) || value instanceof ExactNumber) return toNumbers(value)
  const fields = type.getFields()
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined
    // Validation refuses an unknown field by its name, and quotes its value.
    setOwn(result, key, field ? toInput(value[key], field.type) : toNumbers(value[key]))
  }
  return result
}

const WHOLE = /^-?\d+$/

/** An ID that came as a number: its digits if it is a whole number, otherwise JavaScript's number. */
export function toId(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (!(value instanceof ExactNumber)) return value
  return WHOLE.test(value.text) ? value.text : Number(value.text)
}

/** Replaces exact numbers by JavaScript's numbers. */
export function toNumbers(value: unknown, toNumber: (exact: ExactNumber) => unknown = nearest): unknown {
  if (value instanceof ExactNumber) return toNumber(value)
  if (Array.isArray(value)) return value.map((item) => toNumbers(item, toNumber))
  if (!isObject(value)) return value
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(value)) setOwn(result, key, toNumbers(value[key], toNumber))
  return result
}

const nearest = ({ text }: ExactNumber) => Number(text)

/**
 * For a subgraph in this process: a bigint for a whole number that JavaScript's numbers cannot hold, otherwise the
 * nearest number.
 */
export function toLocal(value: unknown): unknown {
  return holdsExact(value) ? toNumbers(value, localNumber) : value
}

function localNumber({ text }: ExactNumber): number | bigint {
  const number = Number(text)
  return Number.isSafeInteger(number) || !WHOLE.test(text) ? number : BigInt(text)
}

function holdsExact(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof ExactNumber) return true
  for (const key in value) if (holdsExact((value as Record<string, unknown>)[key])) return true
  return false
}
