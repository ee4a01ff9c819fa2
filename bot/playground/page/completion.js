// Completes @names and /commands while one types.

import { el } from "./dom.js"

let count = 0

export class Completion {
  // `candidates(sign)` lists {insert, label, note} for "@" or "/".
  constructor(box, candidates) {
    this.box = box
    this.candidates = candidates
    this.found = []
    this.at = 0
    this.node = el("ul", { class: "completion", role: "listbox", id: `completion-${++count}`, hidden: true })
    box.setAttribute("aria-controls", this.node.id)
  }

  look() {
    const before = this.box.value.slice(0, this.box.selectionStart)
    const typed = before.match(/(?:^|\s)@([\w.-]*)$/) ?? before.match(/^\/(\w*)$/)
    this.sign = typed ? (typed[0].trim().startsWith("/") ? "/" : "@") : ""
    this.word = typed?.[1] ?? ""
    const wanted = this.word.toLowerCase()
    this.found = typed
      ? this.candidates(this.sign).filter(
          (each) => each.insert.slice(1).toLowerCase().startsWith(wanted) || each.label.toLowerCase().includes(wanted),
        )
      : []
    if (this.found.length === 1 && this.found[0].insert.slice(1) === this.word) this.found = []
    this.at = 0
    this.#show()
  }

  // Whether the key was ours.
  key(event) {
    if (this.node.hidden) return false
    if (event.key === "ArrowDown") this.at = (this.at + 1) % this.found.length
    else if (event.key === "ArrowUp") this.at = (this.at + this.found.length - 1) % this.found.length
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.found[this.at])
    else if (event.key === "Escape") this.found = []
    else return false
    event.preventDefault()
    event.stopPropagation()
    this.#show()
    return true
  }

  #take(candidate) {
    const end = this.box.selectionStart
    this.box.setRangeText(`${candidate.insert} `, end - this.word.length - 1, end, "end")
    this.found = []
    this.box.dispatchEvent(new Event("input"))
  }

  #show() {
    this.node.hidden = !this.found.length
    this.box.setAttribute("aria-expanded", String(!this.node.hidden))
    const option = (each, at) => {
      const node = el(
        "li",
        { role: "option", id: `${this.node.id}-${at}`, "aria-selected": String(at === this.at) },
        el("strong", {}, each.label),
        el("span", { class: "quiet" }, each.note),
      )
      node.addEventListener("pointerdown", (event) => (event.preventDefault(), this.#take(each), this.#show()))
      return node
    }
    this.node.replaceChildren(...this.found.map(option))
    if (this.node.hidden) this.box.removeAttribute("aria-activedescendant")
    else this.box.setAttribute("aria-activedescendant", `${this.node.id}-${this.at}`)
  }
}
