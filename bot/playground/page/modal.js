// A form that the app opened.

import { blocks } from "./blocks.js"
import { button, div, el, span } from "./dom.js"
import { text } from "./elements.js"
import { field } from "./fields.js"
import { words } from "./inline.js"
import { act } from "./server.js"

export class Modal {
  constructor(store) {
    this.store = store
    this.node = el("dialog", { class: "modal" })
    this.node.addEventListener("cancel", (event) => {
      event.preventDefault()
      this.#close()
    })
    document.getElementById("overlay").append(this.node)
    store.on("snapshot view", () => this.draw())
  }

  draw() {
    const { view } = this.store
    if (!view) return void this.node.close()
    const fields = new Map()
    const cross = button(() => this.#close(), { label: "Close", class: "close" }, "✕")
    const head = el("header", {}, el("h2", {}, words(view.title.text)), cross)
    const form = el("form", { method: "dialog" }, head, div("inside", this.#inside(view, fields)), this.#foot(view))
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      const values = Object.fromEntries([...fields].map(([id, read]) => [id, read()]))
      act("submit_view", this.store.me, { values })
    })
    this.node.replaceChildren(form)
    if (!this.node.open) this.node.showModal()
    form.querySelector("textarea, input, select")?.focus()
  }

  #inside(view, fields) {
    const still = { place: view.id, press: () => {}, chosen: () => undefined }
    return view.blocks.map((block) => {
      if (block.type !== "input") return blocks([block], still)
      const { node, read } = field(block.element)
      fields.set(block.element.action_id, read)
      const problem = view.errors?.[block.block_id]
      const label = span("", words(block.label.text), block.optional ? el("i", {}, " (optional)") : null)
      const hint = block.hint ? span("quiet", text(block.hint)) : null
      return el(
        "label",
        { class: "field" },
        label,
        node,
        hint,
        problem ? el("span", { class: "problem", role: "alert" }, problem) : null,
      )
    })
  }

  #foot(view) {
    const cancel = button(() => this.#close(), {}, view.close ? words(view.close.text) : "Cancel")
    return el("footer", {}, cancel, view.submit ? el("button", { class: "primary" }, words(view.submit.text)) : null)
  }

  #close() {
    act("close_view", this.store.me)
  }
}
