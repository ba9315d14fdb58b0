/**
 * Makes a missing resolver a type error: every field of `R` that the row does not have is required. Name columns like
 * the schema's fields.
 */
export type Complete<R, Row = object> = Required<Omit<R, keyof Row | '__resolveReference' | '__isTypeOf'>> & Partial<R>
