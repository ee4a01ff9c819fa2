// Slack's own markup (`*bold*`, `<@U1>`, `&lt;`) as DOM nodes.

import { el } from "./dom.js"
import { decode, token, words } from "./inline.js"

const INLINE = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w\\])([*_~])(?=\S)((?:(?!\3).)*?\S)\3(?!\w)/
const TAGS = { "*": "strong", _: "em", "~": "s" }

// A whole text: paragraphs, quotes, code blocks.
export function mrkdwn(text) {
  const nodes = []
  for (const [number, part] of text.split(/```\n?([\s\S]*?)\n?```/).entries()) {
    if (number % 2) nodes.push(el("pre", {}, el("code", {}, decode(part))))
    else if (part) nodes.push(...lines(part.replace(/^\n+|\n+$/g, "")))
  }
  return nodes
}

function lines(text) {
  const nodes = []
  let quoted = []
  const endQuote = () => {
    if (quoted.length)
      nodes.push(
        el(
          "blockquote",
          {},
          quoted.flatMap((line, at) => [at ? el("br") : null, inline(line)]),
        ),
      )
    quoted = []
  }
  for (const line of text.split("\n")) {
    const quote = line.match(/^(?:&gt;|>) ?(.*)$/)
    if (quote) quoted.push(quote[1])
    else {
      endQuote()
      nodes.push(line ? el("p", {}, inline(line)) : el("p", { class: "gap" }))
    }
  }
  endQuote()
  return nodes
}

// One line.
export function inline(text) {
  const found = text.match(INLINE)
  if (!found) return text ? [words(text)] : []
  const before = text.slice(0, found.index)
  const after = text.slice(found.index + found[0].length)
  return [...(before ? [words(before)] : []), piece(found), ...inline(after)]
}

function piece([whole, code, inside, mark, marked]) {
  if (code !== undefined) return el("code", {}, decode(code))
  if (inside !== undefined) return token(inside) ?? words(whole)
  return el(TAGS[mark], {}, inline(marked))
}
