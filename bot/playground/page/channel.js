// The middle: one channel or direct message, its root messages and its composer.

import { Composer } from "./composer.js"
import { button, el, fill, span } from "./dom.js"
import { MessageList } from "./list.js"
import { Pane } from "./pane.js"
import { appBadge } from "./signs.js"

export class ChannelPane extends Pane {
  // `openThread(channel, ts, options)` shows a thread.
  constructor(node, store, { openThread }) {
    super(node, store)
    this.openThreadIn = openThread
    this.list = new MessageList(this)
    this.composer = new Composer({
      id: "composer",
      candidates: (sign) => this.candidates(sign),
      send: (text) => this.#send(text),
      editLast: () => this.editLast(store.roots(this.channel)),
    })
    this.head = el("header", {})
    this.prompts = el("div", { class: "prompts" })
    node.append(this.head, this.list.node, this.prompts, this.composer.node)
    store.on("snapshot removed channel prompts", () => this.draw())
    store.on("message", ({ message }) => message.channel === this.channel && !message.thread_ts && this.draw())
    store.on("status", ({ channel, thread_ts }) => channel === this.channel && this.list.refresh(thread_ts))
  }

  open(channel) {
    this.channel = channel
    this.list.clear()
    this.store.look(channel)
    const place = this.store.channels.get(channel)
    const title = `${this.store.isRoom(place) ? "#" : ""}${this.store.title(place)}`
    document.title = `${title} · ${this.store.team}`
    this.composer.turnTo(channel, `Message ${title}`)
    this.draw()
    if (place.kind === "im") this.act("open_dm")
  }

  openThread(ts, options) {
    this.openThreadIn(this.channel, ts, options)
  }

  draw() {
    const place = this.store.channels.get(this.channel)
    if (!place) return
    const roots = this.store.roots(this.channel)
    fill(this.head, this.#title(place))
    this.list.show(roots)
    fill(this.prompts, roots.length ? null : this.#beginning(place))
  }

  #title(place) {
    const count = place.members.length
    if (!this.store.isRoom(place)) return [el("h1", {}, this.store.title(place)), appBadge()]
    return [el("h1", {}, `# ${place.name}`), span("quiet", `${count} member${count === 1 ? "" : "s"}`)]
  }

  // What stands where nothing was said yet: things to try, which in a channel one sends oneself.
  #beginning(place) {
    const { store } = this
    if (!store.isRoom(place)) {
      const { title, prompts } = store.promptsFor(place.id, "") ?? { prompts: store.suggestions }
      return this.#prompts(title || "Try one of these", prompts, (message) => this.#send(message))
    }
    const app = `@${store.users.get(store.bot)?.name}`
    const beginning = `This is the very beginning of #${place.name}.`
    if (!place.members.includes(store.bot))
      return this.#prompts(`${beginning} ${app} is not here yet: /invite ${app}`, [])
    const write = (message) => this.composer.write(`${app} ${message}`)
    return this.#prompts(`${beginning} Name ${app} in a message to ask something, like this:`, store.suggestions, write)
  }

  #prompts(title, prompts, take) {
    const choice = (prompt) => button(() => take(prompt.message), { title: prompt.message }, prompt.title)
    return [el("p", { class: "quiet" }, title), prompts.map(choice)]
  }

  async #send(text) {
    const { channel } = this
    const command = text.match(/^(\/[a-z][\w-]*)(?:\s+([\s\S]*))?$/i)
    const result = command
      ? await this.act("command", { channel, command: command[1], text: command[2] ?? "" })
      : await this.act("post", { channel, text })
    this.list.toEnd()
    return result.shown || result.error
  }
}
