// rich_text blocks as DOM nodes.

import { el, span } from "./dom.js"
import { emojiFor, link, token } from "./inline.js"

export function rich(node) {
  const inside = () => (node?.elements ?? []).map(rich)
  switch (node?.type) {
    case "rich_text_list":
      return el(
        node.style === "ordered" ? "ol" : "ul",
        {},
        inside().map((item) => el("li", {}, item)),
      )
    case "rich_text_preformatted":
      return el("pre", {}, el("code", {}, inside()))
    case "rich_text_quote":
      return el("blockquote", {}, inside())
    case "rich_text_section":
      return span("line", inside())
    case "user":
      return token(`@${node.user_id}`)
    case "channel":
      return token(`#${node.channel_id}`)
    case "broadcast":
      return token(`!${node.range}`)
    case "emoji":
      return emojiFor(node.name)
    case "link":
      return link(node.url, node.text ? [node.text] : [])
    case "text":
      return styled(node.text, node.style ?? {})
    default:
      return inside()
  }
}

function styled(said, style) {
  const tags = { code: "code", bold: "strong", italic: "em", strike: "s" }
  const wanted = Object.keys(tags).filter((name) => style[name])
  return wanted.reduce((inner, name) => el(tags[name], {}, inner), said)
}
