// What one fills in: a node to show, and `read()` for what was entered.

import { div, el } from "./dom.js"
import { text } from "./elements.js"
import { words } from "./inline.js"

export function field(element) {
  switch (element.type) {
    case "static_select":
      return menu(element)
    case "radio_buttons":
      return choices(element, "radio", (chosen) => chosen[0])
    case "checkboxes":
      return choices(element, "checkbox", (chosen) => chosen)
    default:
      return box(element)
  }
}

function box(element) {
  const placeholder = element.placeholder?.text ?? ""
  const node = element.multiline ? el("textarea", { placeholder, rows: 4 }) : el("input", { placeholder })
  node.value = element.initial_value ?? ""
  return { node, read: () => node.value }
}

function menu(element) {
  const node = el(
    "select",
    {},
    element.options.map((option) => el("option", { value: option.value }, words(option.text.text))),
  )
  return { node, read: () => node.value }
}

function choices(element, type, answer) {
  const boxes = element.options.map((option) => el("input", { type, name: element.action_id, value: option.value }))
  const labels = boxes.map((each, at) => el("label", {}, each, " ", text(element.options[at].text)))
  return {
    node: div("choices", labels),
    read: () => answer(boxes.filter((each) => each.checked).map((each) => each.value)),
  }
}
