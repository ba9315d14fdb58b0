/** The supergraphs of the differential test: between them they use every directive of federation. */
export interface TestGraph {
  readonly name: string
  readonly subgraphs: Readonly<Record<string, string>>
  /** Which objects may stand behind an abstract type that more than one subgraph knows: all of them must agree. */
  readonly possible: Readonly<Record<string, readonly string[]>>
}

const link = (...names: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${names.map((name) => `"@${name}"`).join()}])\n`

/** Several and compound keys, @requires over subgraphs and through objects, @provides, @override, unions, lists of lists. */
const shop: TestGraph = {
  name: 'shop',
  possible: { Item: ['Product', 'Service'], Anything: ['Product', 'Person', 'Box'] },
  subgraphs: {
    catalog: `${link('key', 'shareable', 'tag', 'inaccessible', 'provides', 'external')}
      type Query {
        product(id: ID!): Product
        products(first: Int = 2): [Product!]!
        maybeProducts: [Product]
        items(kind: Kind): [Item!]
        anything: [Anything]
        grid: [[Product]]
        numbers: [[Int!]]
      }
      type Mutation { rename(id: ID!, name: String): Product  touch: Box! }
      enum Kind { NEW OLD HIDDEN @inaccessible }
      interface Item { id: ID! name: String  kind: Kind }
      type Product implements Item @key(fields: "id") @key(fields: "sku") {
        id: ID! sku: String! name: String @shareable kind: Kind weight: Int size: Size tags(first: Int, prefix: String): [String!]
        secret: String @inaccessible
        maker: Person @provides(fields: "name")
        price: Int @tag(name: "money")
      }
      type Service implements Item @key(fields: "id") { id: ID! name: String kind: Kind hours: Float! }
      type Size @shareable { width: Int! height: Int unit: String }
      type Person @key(fields: "id") { id: ID! name: String @external }
      type Box @shareable { label: String! content: Product  inner: [[Size!]!] }
      union Anything = Product | Person | Box`,
    stock: `${link('key', 'requires', 'external', 'shareable', 'override')}
      type Query { lowest: Product  warehouses: [Warehouse!]! }
      type Mutation { restock(id: ID!, amount: Int!): Product }
      type Product @key(fields: "sku") {
        sku: String!
        weight: Int @external
        size: Size @external
        shipping: Int @requires(fields: "weight")
        volume: String @requires(fields: "size { width height }")
        amount: Int
        price: Int @override(from: "catalog")
        home: Warehouse
      }
      type Size @shareable { width: Int! height: Int }
      type Warehouse @key(fields: "code region { id }") { code: String! region: Region! name: String shelves: [[Product!]] }
      type Region @shareable { id: ID! title: String }
      type Service @key(fields: "id") { id: ID! hours: Float! @external  cost: Int! @requires(fields: "hours") }`,
    people: `${link('key', 'shareable', 'requires', 'external')}
      type Query { me: Person  person(id: ID!, strict: Boolean! = false): Person!  crowd: [Person!] }
      type Person @key(fields: "id") @key(fields: "email") {
        id: ID! email: String! name: String @shareable age: Int! friends(first: Int! = 2): [Person!]! boss: Person
        favourite: Product  address: Address
      }
      type Address @shareable { street: String! city: City }
      type City @shareable { name: String! zip: [Int] }
      type Product @key(fields: "id") {
        id: ID! name: String @shareable
        fans(min: Int): [Person]
        amount: Int @external
        hype: Float @requires(fields: "amount")
      }
      type Warehouse @key(fields: "code region { id }") { code: String! region: Region! keeper: Person! }
      type Region @shareable { id: ID! title: String }`,
  },
}

/** @interfaceObject, interfaces with keys, interfaces of interfaces, nulls that travel far up. */
const library: TestGraph = {
  name: 'library',
  possible: { Media: ['Book', 'Film'], Node: ['Book', 'Film', 'Shelf'], Owner: ['Reader', 'House'] },
  subgraphs: {
    media: `${link('key', 'shareable', 'tag')}
      type Query { media(id: ID!): Media  allMedia: [Media!]!  shelf: Shelf!  node: Node }
      type Mutation { add(title: String!, tags: [String!], place: Place): Media }
      input Place { row: Int! = 1  note: String }
      interface Node { id: ID! }
      interface Media implements Node @key(fields: "id") { id: ID! title: String! year: Int }
      type Book implements Media & Node @key(fields: "id") { id: ID! title: String! year: Int pages: Int! isbn: String }
      type Film implements Media & Node @key(fields: "id") { id: ID! title: String! year: Int minutes: Float cast: [String]! }
      type Shelf implements Node @key(fields: "id") { id: ID! label: String media: [Media!]! rows: [[Media]!] deep: Deep! }
      type Deep { value: Int! next: Deep  strict: Deep! media: Media! }`,
    ratings: `${link('key', 'interfaceObject', 'shareable')}
      type Query { best: Media  worst: [Media] }
      type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int! reviews(first: Int = 2, by: [ID!]): [Review!] }
      type Review { text: String media: Media! author: Reader }
      type Reader @key(fields: "id") { id: ID! }`,
    readers: `${link('key', 'requires', 'external', 'shareable')}
      type Query { reader(id: ID!): Reader  owners: [Owner!]!  house: House }
      union Owner = Reader | House
      type Reader @key(fields: "id") { id: ID! name: String! loans: [Book!]  best: Book! }
      type House @key(fields: "id") { id: ID! people: [Reader]! shelf: Shelf }
      type Book @key(fields: "id") { id: ID! pages: Int! @external  days: Int @requires(fields: "pages") holder: Owner }
      type Shelf @key(fields: "id") { id: ID! keeper: Reader! }`,
  },
}

/** Entities in value objects of entities, the same entity at many places, long chains from one subgraph to the next. */
const chain: TestGraph = {
  name: 'chain',
  possible: { Any: ['A', 'B', 'C'], Named: ['A', 'B', 'C'] },
  subgraphs: {
    one: `${link('key', 'shareable', 'requires', 'external', 'provides')}
      type Query { a: A!  as(n: Int): [A]  any: [Any!]  named: Named  constructor: A  pair: Pair! }
      type Mutation { first: A  second(x: Float!): B }
      type Pair @shareable { left: A! right: A both: [A!]! pairs: [[Pair]] }
      interface Named { id: ID! }
      type A implements Named @key(fields: "id") { id: ID! one: String b: B! bs: [B!]! toString: String pair: Pair }
      type B implements Named @key(fields: "id") { id: ID! }
      type C implements Named @key(fields: "id") { id: ID! }
      union Any = A | B | C`,
    two: `${link('key', 'shareable', 'requires', 'external', 'provides')}
      type Query { b: B  any2: Any }
      type B @key(fields: "id") { id: ID! two: Int! c: C cs: [C] back: A any: Any }
      type A @key(fields: "id") { id: ID! one: String @external  sum: String! @requires(fields: "one") late: String @requires(fields: "one sister { id one }") sister: A @external }
      type C @key(fields: "id") { id: ID! }
      union Any = A | B | C`,
    three: `${link('key', 'shareable', 'requires', 'external', 'provides')}
      type Query { c: C! }
      type C @key(fields: "id") { id: ID! three: Boolean! a: A! list: [[C!]!]! }
      type A @key(fields: "id") { id: ID! sister: A three: [Int!] }
      type B @key(fields: "id") { id: ID! two: Int! @external  doubled: Int @requires(fields: "two") }`,
  },
}

/**
 * Arguments from objects above, through lists and other subgraphs; two @requires of one field with different arguments,
 * which clients ask for as well; keys that a subgraph does not resolve before one that it does; a field on its way from
 * one subgraph to another; directives that say nothing about plans.
 */
const office: TestGraph = {
  name: 'office',
  possible: { Place: ['Desk', 'Room'] },
  subgraphs: {
    rooms: `${link('key', 'context', 'fromContext', 'composeDirective', 'requires', 'external', 'cost', 'listSize')}
      extend schema @link(url: "https://example.org/mark/v1.0", import: ["@mark"]) @composeDirective(name: "@mark")
      directive @mark(as: String) on FIELD_DEFINITION
      type Query { desk: Desk  desks: [Desk!]! @listSize(assumedSize: 3)  place: Place  staff: [Staff!] }
      union Place = Desk | Room
      type Desk @key(fields: "id") @context(name: "spot") @context(name: "size") {
        id: ID! unit: String  level: Int  lamp: Lamp  lamps: [[Lamp!]]  owner: Staff
        notes(first: Int = 2, by: String): [String!] @cost(weight: 5)
      }
      type Room @key(fields: "id") @context(name: "spot") { id: ID! unit: String  label: String  lamp: Lamp  desks: [Desk!] }
      type Lamp @key(fields: "id") {
        id: ID! cable: Cable
        power(unit: String @fromContext(field: "$spot { unit }"), at: Int = 1): String! @mark(as: "power")
      }
      type Cable @key(fields: "id") {
        id: ID!
        length(of: String @fromContext(field: "$spot ... on Desk { unit } ... on Room { label }"), add: Float): String
      }
      type Shade @key(fields: "id") { id: ID! tint(of: String @fromContext(field: "$spot { unit }")): String }
      type Staff @key(fields: "code", resolvable: false) @key(fields: "id") {
        id: ID! code: String!  name: String @mark  badge: Int @external  title: String @requires(fields: "badge")
      }`,
    archive: `${link('key', 'requires', 'external', 'authenticated', 'requiresScopes', 'policy')}
      type Query { filed(n: Int): [Desk] }
      type Desk @key(fields: "id") {
        id: ID! notes(first: Int = 2, by: String): [String!] @external
        brief: String @requires(fields: "notes(first: 1)")
        long: String @requires(fields: "notes(first: 3, by: \\"t1\\")")
        spare: [Lamp]  secret: String @authenticated
      }
      type Lamp @key(fields: "id") {
        id: ID! brand: String @requiresScopes(scopes: [["lamps"]])  desk: Desk  age: Int @policy(policies: [["old"]])
        shade: Shade
      }
      type Shade @key(fields: "id") { id: ID! }`,
    hr: `${link('key', 'extends', 'external', 'requires', 'override', 'shareable')}
      type Query { boss: Staff }
      type Staff @extends @key(fields: "id") {
        id: ID! @external
        badge: Int  desk: Desk
        name: String @override(from: "rooms", label: "percent(5)")
        rank: Int! @requires(fields: "code")  code: String! @external
      }
      type Desk @key(fields: "id") { id: ID! keeper: Staff! }`,
  },
}

/**
 * Custom scalars, whose numbers JavaScript's cannot hold: as keys, in what a @requires asks for and in what a context gives, as
 * arguments, and within inputs, lists and interfaces.
 */
const bank: TestGraph = {
  name: 'bank',
  possible: { Holding: ['Account', 'Share'] },
  subgraphs: {
    ledger: `${link('key', 'shareable', 'context', 'fromContext')}
      scalar Amount
      type Query { account(number: Amount): Account  accounts(with: [Amount!]): [Account!]!  holdings: [Holding]  sum(of: Sum): Amount }
      type Mutation { pay(amount: Amount!, sum: Sum): Account }
      input Sum { amount: Amount  amounts: [Amount]  count: Int  inner: Sum }
      interface Holding { number: Amount! value: Amount }
      type Account implements Holding @key(fields: "number") @context(name: "account") {
        number: Amount! value: Amount  limits: [[Amount!]] count: Int  rate: Float  share: Share  shares(above: Amount): [Share!]  slice: Slice
      }
      type Share implements Holding @key(fields: "number") { number: Amount! value: Amount }
      type Slice @key(fields: "number") {
        number: Amount! part(of: Amount @fromContext(field: "$account { value }")): String
      }`,
    rates: `${link('key', 'requires', 'external')}
      scalar Amount
      type Query { best: Account }
      type Account @key(fields: "number") {
        number: Amount!
        value: Amount @external
        limits: [[Amount!]] @external
        fee(on: Amount): String @requires(fields: "value")
        risk: Amount @requires(fields: "limits value")
        partner: Account
      }
      type Share @key(fields: "number") { number: Amount! owner: Account }`,
  },
}

export const graphs: readonly TestGraph[] = [shop, library, chain, office, bank]
