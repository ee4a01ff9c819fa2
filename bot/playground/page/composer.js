// The box in which one writes: Enter sends, Shift+Enter breaks the line, @ and / complete, ArrowUp edits the last message.

import { Completion } from "./completion.js"
import { button, div, el } from "./dom.js"

const TALLEST_PX = 240

export class Composer {
  // `send(text)` resolves with a sentence to show, if any; `editLast()` edits one's last message.
  constructor({ id, candidates, send, editLast }) {
    Object.assign(this, { send, editLast })
    this.drafts = new Map()
    this.place = ""
    this.box = el("textarea", { id, rows: 1, autocomplete: "off", spellcheck: "true", "aria-autocomplete": "list" })
    this.note = el("div", { class: "note", role: "alert" })
    this.button = button(() => this.#submit(), { label: "Send", class: "send" }, "➤")
    this.completion = new Completion(this.box, candidates)
    this.node = div("composer", this.note, this.completion.node, div("frame", this.box, this.button), hint())
    this.box.addEventListener("keydown", (event) => this.#key(event))
    this.box.addEventListener("input", () => this.#changed())
  }

  // Turn to another conversation; what was being written in this one is kept.
  turnTo(place, label) {
    this.drafts.set(this.place, this.box.value)
    this.place = place
    this.box.value = this.drafts.get(place) ?? ""
    this.box.placeholder = label
    this.box.setAttribute("aria-label", label)
    this.say("")
    this.#changed()
  }

  write(text) {
    this.box.value = text
    this.#changed()
    this.box.focus()
    this.box.setSelectionRange(text.length, text.length)
  }

  focus() {
    this.box.focus()
  }

  say(text) {
    this.note.textContent = text
  }

  #changed() {
    this.completion.look()
    this.box.style.height = "auto"
    this.box.style.height = `${Math.min(this.box.scrollHeight, TALLEST_PX)}px`
    this.button.disabled = !this.box.value.trim()
  }

  #key(event) {
    if (event.isComposing || this.completion.key(event)) return
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault()
      this.#submit()
    } else if (event.key === "ArrowUp" && !this.box.value) {
      event.preventDefault()
      this.editLast()
    }
  }

  async #submit() {
    const text = this.box.value
    if (!text.trim()) return
    const { place } = this
    this.box.value = ""
    this.say("")
    this.#changed()
    const shown = await this.send(text)
    if (shown && place === this.place) this.say(shown)
  }
}

function hint() {
  const key = (name) => el("kbd", {}, name)
  const keys = [key("Enter"), " sends, ", key("Shift+Enter"), " starts a new line, "]
  return div("hint", keys, key("@"), " names somebody, ", key("/"), " lists commands")
}
