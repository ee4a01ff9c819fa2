// Buttons, menus and pictures of blocks as DOM nodes.

import { button, el, span } from "./dom.js"
import { link, words } from "./inline.js"
import { mrkdwn } from "./mrkdwn.js"

// A text object: plain words or mrkdwn.
export function text(object) {
  if (!object) return null
  return object.type === "mrkdwn" ? mrkdwn(object.text) : words(object.text)
}

// Pictures from elsewhere are not loaded: this page asks nobody but its own server.
export function picture(image) {
  return span("picture", "🖼 ", link(image.image_url ?? "", [image.alt_text]))
}

// An element of a message; pressing it calls `actions.press(action_id, value)`.
export function element(each, actions) {
  switch (each.type) {
    case "button":
      return pressButton(each, actions)
    case "feedback_buttons":
      return [feedback("👍", each, each.positive_button, actions), feedback("👎", each, each.negative_button, actions)]
    case "icon_button":
      return press(each, each.value, { label: each.text.text, class: "quiet" }, actions, "🗑")
    case "static_select":
      return menu(each, each.placeholder?.text ?? "Choose…", actions)
    case "overflow":
      return menu(each, "More…", actions)
    case "image":
      return picture(each)
    default:
      return span("quiet", `(${each.type})`)
  }
}

function press(each, value, attributes, actions, ...children) {
  const focus = `${actions.place}/${each.action_id}/${value ?? ""}`
  return button(() => actions.press(each.action_id, value), { focus, ...attributes }, ...children)
}

function pressButton(each, actions) {
  const look = { class: each.style, "aria-label": each.accessibility_label }
  const pressed = press(each, each.value, look, actions, words(each.text.text))
  if (each.url) pressed.addEventListener("click", () => window.open(each.url, "_blank", "noopener,noreferrer"))
  return pressed
}

function feedback(sign, each, side, actions) {
  const label = side.accessibility_label ?? side.text.text
  const look = { label, class: "feedback", "aria-pressed": String(actions.chosen(each.action_id) === side.value) }
  return press(
    each,
    side.value,
    look,
    actions,
    el("span", { "aria-hidden": "true" }, sign),
    span("label", words(side.text.text)),
  )
}

function menu(each, placeholder, actions) {
  const options = each.options.map((option) => el("option", { value: option.value }, words(option.text.text)))
  const node = el("select", { "aria-label": placeholder }, el("option", { value: "" }, placeholder), options)
  node.addEventListener("change", () => node.value && actions.press(each.action_id, node.value))
  return node
}
