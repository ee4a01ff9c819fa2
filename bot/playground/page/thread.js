// The right: one thread, what the app is doing in it, and its composer.

import { Composer } from "./composer.js"
import { button, el, fill, span } from "./dom.js"
import { MessageList } from "./list.js"
import { Pane } from "./pane.js"
import { dots, replyCount } from "./signs.js"

export class ThreadPane extends Pane {
  // `close()` is what the cross does.
  constructor(node, store, { close }) {
    super(node, store)
    this.onclose = close
    this.root = null
    this.list = new MessageList(this, { inThread: true })
    this.composer = new Composer({
      id: "reply",
      candidates: (sign) => (sign === "/" ? [] : this.candidates(sign)),
      send: (text) => this.#send(text),
      editLast: () => this.editLast(store.thread(this.channel, this.root)),
    })
    this.head = el("header", {})
    this.status = el("div", { class: "status", role: "status" })
    node.append(this.head, this.list.node, this.status, this.composer.node)
    const isHere = (channel, root) => channel === this.channel && root === this.root
    store.on("snapshot removed", () => this.#redraw())
    store.on("message", ({ message }) => isHere(message.channel, message.thread_ts ?? message.ts) && this.draw())
    store.on("status session", ({ channel, thread_ts }) => isHere(channel, thread_ts) && this.#drawStatus())
  }

  open(channel, root, { focus = false } = {}) {
    const isNew = channel !== this.channel || root !== this.root
    Object.assign(this, { channel, root })
    this.node.hidden = false
    document.body.classList.add("with-thread")
    if (isNew) {
      this.list.clear()
      this.composer.turnTo(`${channel}/${root}`, "Reply…")
    }
    this.draw()
    if (focus || isNew) this.composer.focus()
  }

  // Whether there was something to hide.
  hide() {
    if (this.node.hidden) return false
    this.node.hidden = true
    this.root = null
    document.body.classList.remove("with-thread")
    return true
  }

  draw() {
    const place = this.store.channels.get(this.channel)
    if (!this.root || !place) return
    const where = `${this.store.isRoom(place) ? "#" : ""}${this.store.title(place)}`
    const close = button(
      this.onclose,
      { label: "Close thread", title: "Close (Esc)", class: "close", focus: "close" },
      "✕",
    )
    fill(this.head, el("h2", {}, "Thread"), span("quiet", where), close)
    const count = this.store.message(this.channel, this.root)?.reply_count ?? 0
    this.list.show(this.store.thread(this.channel, this.root), count ? replyCount(count) : "")
    this.#drawStatus()
  }

  #redraw() {
    if (this.root && !this.store.message(this.channel, this.root)) this.onclose()
    else this.draw()
  }

  #drawStatus() {
    const { store, channel, root } = this
    const status = store.status(channel, root)
    const stop = () => this.act("stop", { channel, thread_ts: root })
    fill(
      this.status,
      status ? [dots(), span("", `${store.name(store.bot)} ${status.status}`)] : null,
      store.canStop(channel, root) ? button(stop, { focus: "stop" }, "■ Stop") : null,
    )
  }

  async #send(text) {
    const command = text.match(/^(\/[a-z][\w-]*)/i)
    if (command) return `${command[1]} is not supported in threads. Sorry!`
    const result = await this.act("post", { channel: this.channel, text, thread_ts: this.root })
    this.list.toEnd()
    return result.shown || result.error
  }
}
