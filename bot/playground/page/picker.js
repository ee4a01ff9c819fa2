// The little window in which one picks a reaction.

import { button, el } from "./dom.js"
import { emojiFor, emojiNames } from "./inline.js"

const MOST_SHOWN = 56

let close = () => {}

export function openPicker(anchor, onPick) {
  close()
  const list = el("div", { class: "grid", role: "listbox", "aria-label": "Reactions" })
  const search = el("input", { type: "search", placeholder: "Search reactions", "aria-label": "Search reactions" })
  const node = el("div", { class: "picker", role: "dialog", "aria-label": "Add a reaction" }, search, list)
  const pick = (name) => {
    close()
    onPick(name)
  }
  const choice = (name) => button(() => pick(name), { label: `:${name}:`, role: "option" }, emojiFor(name))
  const show = () => {
    const wanted = search.value.trim().toLowerCase()
    const found = emojiNames().filter((name) => name.includes(wanted))
    list.replaceChildren(...found.slice(0, MOST_SHOWN).map(choice))
  }
  search.addEventListener("input", show)
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === search) list.firstElementChild?.click()
    if (event.key !== "Escape") return
    event.stopPropagation()
    close()
    anchor.focus()
  })
  show()
  appear(node, anchor)
  search.focus()
}

function appear(node, anchor) {
  document.getElementById("overlay").append(node)
  place(node, anchor)
  const outside = (event) => node.contains(event.target) || close()
  document.addEventListener("pointerdown", outside)
  close = () => {
    node.remove()
    document.removeEventListener("pointerdown", outside)
    close = () => {}
  }
}

function place(node, anchor) {
  const from = anchor.getBoundingClientRect()
  const left = Math.min(from.left, window.innerWidth - node.offsetWidth - 8)
  const above = from.top - node.offsetHeight - 6
  const below = Math.min(from.bottom + 6, window.innerHeight - node.offsetHeight - 8)
  node.style.left = `${Math.max(8, left)}px`
  node.style.top = `${above > 8 ? above : below}px`
}
