// What the channel and the thread have in common: a list, a composer, and acts on messages.

import { button, div, el } from "./dom.js"
import { act } from "./server.js"

const choices = new Map() // which feedback button one pressed, for as long as the page is open

export class Pane {
  constructor(node, store) {
    this.node = node
    this.store = store
    this.channel = null
  }

  act(name, body) {
    return act(name, this.store.me, body)
  }

  async press(message, action_id, value) {
    const { channel, ts } = message
    choices.set(`${ts}/${action_id}`, value)
    this.list.refresh(ts)
    const result = await this.act("click", { channel, ts, action_id, value })
    if (!result.error) return
    choices.delete(`${ts}/${action_id}`)
    this.list.refresh(ts)
    this.composer.say(result.shown || result.error)
  }

  chosen(message, action_id) {
    return choices.get(`${message.ts}/${action_id}`)
  }

  remove({ channel, ts }) {
    this.act("delete", { channel, ts })
  }

  // Put a box in place of what was said; Enter saves, Escape leaves it as it was.
  edit(view) {
    const { channel, ts, text } = view.message
    const before = typed(text, this.store)
    const box = el("textarea", { rows: 2, "aria-label": "Edit message" })
    const done = () => {
      view.update(this.store.message(channel, ts) ?? view.message)
      this.composer.focus()
    }
    const save = async () => {
      const after = box.value.trim()
      if (after && after !== before) await this.act("edit", { channel, ts, text: after })
      done()
    }
    box.addEventListener("keydown", (event) => {
      const isSave = event.key === "Enter" && !event.shiftKey
      if (!isSave && event.key !== "Escape") return
      event.preventDefault()
      event.stopPropagation()
      if (isSave) save()
      else done()
    })
    const buttons = div("actions", button(done, {}, "Cancel"), button(save, { class: "primary" }, "Save"))
    view.body.replaceChildren(div("editing", box, buttons))
    box.value = before
    box.focus()
    box.setSelectionRange(before.length, before.length)
  }

  editLast(messages) {
    const mine = messages.filter(({ user, subtype, ephemeral }) => user === this.store.me && !subtype && !ephemeral)
    if (mine.length) this.edit(this.list.views.get(mine.at(-1).ts))
  }

  // People to name with @, the app first; commands to use with /.
  candidates(sign) {
    return sign === "/" ? this.#commands() : this.#people()
  }

  #commands() {
    const invite = { command: "/invite", usage_hint: "[@name]", description: "Bring somebody into this channel" }
    return [...this.store.commands, invite].map((each) => ({
      insert: each.command,
      label: `${each.command} ${each.usage_hint}`.trim(),
      note: each.description,
    }))
  }

  #people() {
    const { bot, me, users } = this.store
    const others = [...users.values()].filter((user) => user.id !== me)
    const named = others.map((user) => ({
      insert: `@${user.name}`,
      label: `@${user.name}`,
      note: user.id === bot ? `${user.real_name} (app)` : user.real_name,
      first: user.id === bot,
    }))
    const everybody = { insert: "@channel", label: "@channel", note: "Notify everybody in this channel" }
    return [...named.filter((each) => each.first), ...named.filter((each) => !each.first), everybody]
  }
}

// A message's text as one would type it again.
function typed(text, store) {
  return text
    .replace(/<@(\w+)(?:\|[^>]*)?>/g, (_, id) => `@${store.users.get(id)?.name ?? id}`)
    .replace(/<#\w+\|([^>]*)>/g, "#$1")
    .replace(/<!(channel|here|everyone)>/g, "@$1")
    .replace(/<(https?:[^>|]+)(?:\|[^>]*)?>/g, "$1")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
}
