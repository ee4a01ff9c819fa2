// Block Kit blocks as DOM nodes. `actions`: place (names the message), press(action_id, value), chosen(action_id).

import { div, el, span } from "./dom.js"
import { element, picture, text } from "./elements.js"
import { link, words } from "./inline.js"
import { markdown } from "./markdown.js"
import { inline } from "./mrkdwn.js"
import { rich } from "./rich.js"

const unfolded = new Map() // what a person opened or closed stays so when the message is drawn again

export function blocks(list, actions) {
  return list.map((block) => (DRAW[block.type] ?? unknown)(block, actions))
}

const DRAW = {
  section,
  container,
  card,
  plan,
  task_card: task,
  header: (block) => el("div", { class: "header", role: "heading", "aria-level": "3" }, words(block.text.text)),
  divider: () => el("hr"),
  markdown: (block) => div("markdown", markdown(block.text)),
  rich_text: (block) => div("rich", rich(block)),
  context: (block, actions) =>
    div(
      "context",
      block.elements.map((each) => aside(each, actions)),
    ),
  actions: (block, actions) => row("actions", "Actions", block.elements, actions),
  context_actions: (block, actions) => row("actions quiet", "Feedback", block.elements, actions),
  carousel: (block, actions) =>
    el(
      "div",
      { class: "carousel", tabindex: "0" },
      block.elements.map((each) => card(each, actions)),
    ),
  table: (block) => table(block.rows, block.column_settings ?? []),
  data_table: (block) => table(block.rows, [], block.caption),
  alert: (block) => el("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, text(block.text)),
  image: (block) => el("figure", {}, picture(block), block.title ? el("figcaption", {}, text(block.title)) : null),
}

function unknown(block) {
  return div("alert warning", `(a block of type ${block.type})`)
}

function row(classes, label, elements, actions) {
  return el(
    "div",
    { class: classes, role: "group", "aria-label": label },
    elements.map((each) => element(each, actions)),
  )
}

function aside(each, actions) {
  if (each.type === "image") return element(each, actions)
  return span("", each.type === "mrkdwn" ? inline(each.text) : words(each.text))
}

function section(block, actions) {
  const fields = block.fields
    ? div(
        "fields",
        block.fields.map((field) => div("", text(field))),
      )
    : null
  return div(
    "section",
    div("words", text(block.text), fields),
    block.accessory ? element(block.accessory, actions) : null,
  )
}

function container(block, actions) {
  const title = span("title", block.title ? words(block.title.text) : rich(block.rich_text_title))
  const head = [title, block.subtitle ? span("subtitle", text(block.subtitle)) : null]
  const inside = blocks(block.child_blocks, actions)
  if (!block.is_collapsible) return div("container", div("top", head), inside)
  const name = `${actions.place}/${block.block_id}`
  const open = unfolded.get(name) ?? !block.default_collapsed
  const node = el("details", { class: "container", open }, el("summary", { "data-focus": name }, head), inside)
  node.addEventListener("toggle", () => unfolded.set(name, node.open))
  return node
}

function table(rows, settings, caption = "") {
  const side = (cell, at) =>
    ({ right: "right", center: "centre" })[settings[at]?.align] ?? (cell.type === "raw_number" ? "right" : null)
  const said = (cell) => (cell.type === "rich_text" ? rich(cell) : words(String(cell.text ?? cell.value ?? "")))
  const line = (cells, tag) =>
    el(
      "tr",
      {},
      cells.map((cell, at) => el(tag, { class: side(cell, at) }, said(cell))),
    )
  const head = el("thead", {}, line(rows[0], "th"))
  const body = el(
    "tbody",
    {},
    rows.slice(1).map((cells) => line(cells, "td")),
  )
  const drawn = el("table", {}, caption ? el("caption", {}, caption) : null, head, body)
  return el("div", { class: "table", tabindex: "0", role: "region", "aria-label": caption || "Table" }, drawn)
}

function task(block) {
  const marks = { pending: "○", in_progress: "◌", complete: "✓", error: "!" }
  const mark = el("span", { class: "mark", "aria-label": block.status.replace("_", " ") }, marks[block.status])
  const more = [block.details, block.output].filter(Boolean).map((each) => div("quiet", rich(each)))
  const sources = (block.sources ?? []).map((source) => link(source.url ?? "", [source.text ?? source.url]))
  return div(`task ${block.status}`, mark, div("", div("", words(block.title)), more, sources))
}

function plan(block) {
  return div("plan", el("strong", {}, words(block.title)), (block.tasks ?? []).map(task))
}

function card(block, actions) {
  const parts = ["title", "subtitle", "body"].filter((part) => block[part])
  const buttons = block.actions ? row("actions", "Actions", block.actions, actions) : null
  return div(
    "card",
    parts.map((part) => div(part, text(block[part]))),
    buttons,
  )
}
