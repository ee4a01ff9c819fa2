// The left column: who one is, channels, direct messages.

import { button, div, el, fill, span } from "./dom.js"
import { avatar } from "./signs.js"

export class Sidebar {
  // `people` are those one can be; `open(channel)` turns to a channel; `become(user)` changes who one is.
  constructor(node, store, { people, open, become }) {
    Object.assign(this, { node, store, people, open, become })
    store.on("snapshot channel user unread", () => this.draw())
  }

  draw() {
    const { store } = this
    const channels = [...store.channels.values()]
    const rooms = channels.filter((each) => store.isRoom(each)).sort((one, other) => one.name.localeCompare(other.name))
    const directs = channels.filter((each) => !store.isRoom(each))
    fill(
      this.node,
      div("team", el("strong", {}, store.team), span("local", "local")),
      div("entries", this.#group("Channels", rooms), this.#group("Direct messages", directs)),
      el("label", { class: "whoami" }, store.me ? avatar(store, store.me) : null, span("", "You are"), this.#whoami()),
    )
  }

  #whoami() {
    const option = (each) => el("option", { value: each.id, selected: each.id === this.store.me }, each.real_name)
    const attributes = { id: "whoami", "aria-label": "You are", "data-focus": "whoami" }
    return el(
      "select",
      { ...attributes, onchange: (event) => this.become(event.target.value) },
      this.people.map(option),
    )
  }

  #group(title, channels) {
    const entries = channels.map((channel) => el("li", {}, this.#entry(channel)))
    return el("section", {}, el("h2", {}, title), el("ul", {}, entries))
  }

  #entry(channel) {
    const { store } = this
    const unread = store.unread.get(channel.id)
    const lock = channel.kind === "group" ? "🔒" : "#"
    const sign = store.isRoom(channel)
      ? el("span", { class: "sign", "aria-hidden": "true" }, lock)
      : avatar(store, store.bot)
    const attributes = {
      class: unread ? "entry unread" : "entry",
      "aria-current": channel.id === store.open ? "true" : null,
      "aria-label": `${store.title(channel)}${unread ? `, ${unread.count} unread` : ""}`,
      focus: `channel ${channel.id}`,
    }
    const badge = unread?.forMe ? span("badge", String(unread.forMe)) : null
    return button(() => this.open(channel.id), attributes, sign, span("name", store.title(channel)), badge)
  }
}
