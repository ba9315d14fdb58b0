import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { assetPath } from '../platform/assets.ts'
import { codes as subgraphCodes } from '../subgraphs/errors.ts'

/**
 * Errors say what was expected and what came. A rule alone ("The body is a JSON object.") reads as a fact, and states the
 * opposite of the fault: it must say `must`, or what is wrong.
 */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && !/\.(test|e2e|contract)\.ts$|^(test|bench)\/|\/generated\//.test(file))

/** What makes an error of a text: `new …Error`, `badInput`, `codedError`, `refuse…`, and a `const message` beside them. */
const MAKER = /^(\w*Error|badInput|conflict|refuse\w*|refusal|unavailable|notFound)$/

/** A subject of which a rule says what it is, has, holds, takes, names or needs. */
const RULE =
  /^(?:`[^`]*`|"[^"]*"|--\w+|An? [^.:]{1,60}?|The (?:body|message|request|query|answer|type|name|id|cursor|payload|text)(?: of [^.:]{1,40}?)?) (?:is|are|has|holds|takes|names|gives|carries) /
/** What is wrong, rather than what is right. */
const FAULT =
  /\b(?:must|cannot|could|not|no|none|never|nothing|without|missing|empty|gone|away|down|closed|full|taken|over|expired|longer|larger|more than|too|already|another|second|nested more|control character|slow|unknown|use by|in use)\b/

/** The statement of a rule that is no fault. */
export function statesTheOpposite(text: string): boolean {
  const [sentence = ''] = text.split(/[:.](?: |$)/)
  return RULE.test(sentence) && !FAULT.test(sentence)
}

function textsOf(file: string): { readonly line: number; readonly text: string }[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: { line: number; text: string }[] = []
  const take = (node: ts.Node | undefined) => {
    if (!node) return
    if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].forEach(take)
    if (!ts.isStringLiteralLike(node) && !ts.isTemplateExpression(node)) return
    // Escaped backquotes stand for themselves; what is filled in is a word.
    const text = node
      .getText(source)
      .slice(1, -1)
      .replaceAll('\\`', '`')
      .replaceAll(/\$\{[^}]*\}/g, 'x')
    if (text.includes(' ')) found.push({ line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, text })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression
      if (MAKER.test(name.getText(source))) node.arguments?.forEach(take)
    }
    if (ts.isVariableDeclaration(node) && node.name.getText(source) === 'message') take(node.initializer)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

test.each([
  'The body is a JSON object.',
  '`first` is 1 to x.',
  '"query" is a text that is a document.',
  'A message is text.',
  'A bucket takes 1 to x tokens.',
])('a text such as "%s" is found', (text) => expect(statesTheOpposite(text)).toBe(true))

test.each([
  'The body must be a JSON object, not a list.',
  '`text` is longer than x characters.',
  '`text` has a control character: leave it out.',
  'The body is nested more than x levels deep.',
])('"%s" says what is wrong', (text) => expect(statesTheOpposite(text)).toBe(false))

test('no error states the opposite of its fault', () => {
  const texts = files.flatMap((file) => textsOf(file).map((found) => ({ file, ...found })))
  expect(texts.length).toBeGreaterThan(200)
  expect(texts.filter(({ text }) => statesTheOpposite(text))).toEqual([])
})

test('docs/errors.md says all that a code means, also of codes that gateway and subgraphs share', () => {
  const page = readFileSync(assetPath('docs/errors.md'), 'utf8').replaceAll(/ +/g, ' ')
  for (const [code, meaning] of Object.entries(subgraphCodes))
    expect(page.split('\n').find((line) => line.startsWith(`| \`${code}\``))).toContain(meaning)
})
