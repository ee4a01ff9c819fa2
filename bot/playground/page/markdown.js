// Standard Markdown, as in markdown blocks and streams, as DOM nodes: headings, lists, tables, code, quotes.

import { el } from "./dom.js"
import { decode, link, token, words } from "./inline.js"

const INLINE = new RegExp(
  [
    /(?<ticks>`+)(?<code>.+?)\k<ticks>(?!`)/,
    /\\(?<escaped>[\\`*_{}[\]()#+\-.!|<>~&:@/])/,
    /!?\[(?<label>(?:[^[\]\\]|\\.)*)\]\((?<address>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)/,
    /<(?<inside>[^<>\n]+)>/,
    /(?<url>https?:\/\/[^\s<>)\]]*[^\s<>)\].,;:!?'"*_~])/,
    /(?<strong>\*\*|__)(?=\S)(?<bold>.+?)(?<=\S)\k<strong>/,
    /~~(?=\S)(?<struck>.+?)(?<=\S)~~/,
    /\*(?=\S)(?<starred>.+?)(?<=\S)\*(?!\*)/,
    /(?<![\w])_(?=\S)(?<scored>.+?)(?<=\S)_(?!\w)/,
  ]
    .map((each) => each.source)
    .join("|"),
)
const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+-]*)/
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/
const DIVIDER = /^\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/

export function markdown(text) {
  const lines = text.split("\n")
  const nodes = []
  while (lines.length) {
    const node = block(lines)
    if (node) nodes.push(node)
  }
  return nodes
}

// Take the next block off the front of `lines`.
function block(lines) {
  const line = lines[0]
  if (!line.trim()) return void lines.shift()
  if (FENCE.test(line)) return fence(lines)
  const heading = line.match(/^ {0,3}(#{1,6})\s+(.*?)\s*#*$/)
  if (heading) {
    lines.shift()
    return el(
      "div",
      { class: "heading", role: "heading", "aria-level": String(heading[1].length + 2) },
      inline(heading[2]),
    )
  }
  if (/^ {0,3}([-*_])\s*(\1\s*){2,}$/.test(line)) return (lines.shift(), el("hr"))
  if (line.includes("|") && lines.length > 1 && DIVIDER.test(lines[1]) && lines[1].includes("-")) return table(lines)
  if (/^ {0,3}(>|&gt;)/.test(line)) return quote(lines)
  if (ITEM.test(line)) return list(lines, line.match(ITEM)[1].length)
  return paragraph(lines)
}

function fence(lines) {
  const [, mark, language] = lines.shift().match(FENCE)
  const code = []
  while (lines.length && !(lines[0].trim().startsWith(mark) && !lines[0].trim().replaceAll(mark[0], "")))
    code.push(lines.shift())
  lines.shift()
  return codeBlock(code.join("\n"), language)
}

export function codeBlock(code, language = "") {
  return el(
    "pre",
    { "data-language": language || null, tabindex: "0", "aria-label": `${language || "code"} block` },
    el("code", {}, decode(code)),
  )
}

function quote(lines) {
  const quoted = []
  while (lines.length && /^ {0,3}(>|&gt;)/.test(lines[0])) quoted.push(lines.shift().replace(/^ {0,3}(>|&gt;) ?/, ""))
  return el("blockquote", {}, markdown(quoted.join("\n")))
}

function list(lines, indent) {
  const [, , first] = lines[0].match(ITEM)
  const node = /\d/.test(first) ? el("ol", { start: Number.parseInt(first) }) : el("ul")
  while (lines.length) {
    const item = lines[0].match(ITEM)
    if (!item || item[1].length < indent) break
    if (item[1].length > indent + 1) node.lastElementChild?.append(list(lines, item[1].length))
    else {
      lines.shift()
      const more = []
      while (
        lines.length &&
        lines[0].trim() &&
        !ITEM.test(lines[0]) &&
        !FENCE.test(lines[0]) &&
        /^\s{2,}/.test(lines[0])
      )
        more.push(lines.shift().trim())
      node.append(el("li", {}, inline([item[3], ...more].join(" "))))
    }
  }
  return node
}

function table(lines) {
  const cells = (line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim())
  const head = cells(lines.shift())
  const alignments = cells(lines.shift()).map((cell) =>
    cell.endsWith(":") ? (cell.startsWith(":") ? "centre" : "right") : "",
  )
  const row = (values, tag) =>
    el(
      "tr",
      {},
      head.map((_, at) => el(tag, { class: alignments[at] || null }, inline(values[at] ?? ""))),
    )
  const body = []
  while (lines.length && lines[0].includes("|")) body.push(row(cells(lines.shift()), "td"))
  return el(
    "div",
    { class: "table", tabindex: "0", role: "region", "aria-label": "Table" },
    el("table", {}, el("thead", {}, row(head, "th")), el("tbody", {}, body)),
  )
}

function paragraph(lines) {
  const said = [lines.shift()]
  while (
    lines.length &&
    lines[0].trim() &&
    !FENCE.test(lines[0]) &&
    !ITEM.test(lines[0]) &&
    !/^ {0,3}(#{1,6}\s|>|&gt;)/.test(lines[0]) &&
    !(lines[0].includes("|") && DIVIDER.test(lines[1] ?? ""))
  )
    said.push(lines.shift())
  return el(
    "p",
    {},
    said.flatMap((line, at) => [at ? el("br") : null, inline(line.replace(/\s+$/, ""))]),
  )
}

// One line.
export function inline(text) {
  const found = text.match(INLINE)
  if (!found) return text ? [words(text)] : []
  const before = text.slice(0, found.index)
  const after = text.slice(found.index + found[0].length)
  return [...(before ? [words(before)] : []), piece(found[0], found.groups), ...inline(after)]
}

function piece(whole, found) {
  if (found.code !== undefined) return el("code", {}, decode(found.code))
  if (found.escaped !== undefined) return found.escaped
  if (found.address !== undefined) return link(decode(found.address), inline(found.label))
  if (found.inside !== undefined) return token(found.inside) ?? words(whole)
  if (found.url !== undefined) return link(decode(found.url), [])
  if (found.bold !== undefined) return el("strong", {}, inline(found.bold))
  if (found.struck !== undefined) return el("s", {}, inline(found.struck))
  return el("em", {}, inline(found.starred ?? found.scored))
}
