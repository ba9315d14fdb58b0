/** An entry of one list at a time. */
export interface Linked<T> {
  earlier: T | null
  later: T | null
}

/**
 * Entries in the order of insertion; each can be removed in constant time.
 *
 * Not a Map or a Set: the old table of a Map points at its replacement. Once an old table is in the old generation of
 * the heap, everything in the newer ones stays alive until a full collection.
 */
export class LinkedList<T extends Linked<T>> {
  first: T | null = null
  #last: T | null = null

  add(entry: T): void {
    entry.earlier = this.#last
    if (this.#last) this.#last.later = entry
    else this.first = entry
    this.#last = entry
  }

  /** The entry must be in the list. It keeps no other entry alive afterwards. */
  remove(entry: T): void {
    const { earlier, later } = entry
    if (earlier) earlier.later = later
    else this.first = later
    if (later) later.earlier = earlier
    else this.#last = earlier
    entry.earlier = entry.later = null
  }

  /** `work` may remove the entry that it is given. */
  forEach(work: (entry: T) => void): void {
    let next: T | null
    for (let entry = this.first; entry; entry = next) {
      next = entry.later
      work(entry)
    }
  }
}
