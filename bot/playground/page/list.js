// A scrolling list of messages that keeps its place, stays at the end while one is there, and can be walked by arrow keys.

import { div, el, span } from "./dom.js"
import { MessageView } from "./message.js"
import { dayName } from "./signs.js"

export class MessageList {
  constructor(host, { inThread = false } = {}) {
    this.host = host
    this.inThread = inThread
    this.views = new Map()
    this.inner = div("messages")
    this.node = el(
      "div",
      {
        class: "scroll",
        role: "log",
        "aria-live": inThread ? "polite" : "off",
        "aria-label": inThread ? "Replies" : "Messages",
      },
      this.inner,
    )
    this.node.addEventListener("keydown", (event) => this.#walk(event))
    this.node.addEventListener("scroll", () => (this.atEnd = this.#isAtEnd()))
    this.atEnd = true
    const watch = new ResizeObserver(() => this.atEnd && this.toEnd())
    for (const each of [this.inner, this.node]) watch.observe(each)
  }

  clear() {
    this.views.clear()
    this.inner.replaceChildren()
    this.atEnd = true
  }

  // Draw these messages; what is drawn already is only brought up to date. `after` follows the first message.
  show(messages, after = "") {
    const follows = this.#isAtEnd()
    const wanted = []
    let before = null
    for (const message of messages) {
      const isNewDay = !before || dayName(before.ts) !== dayName(message.ts)
      if (isNewDay && !this.inThread) wanted.push(this.#mark("day", dayName(message.ts), "separator"))
      const isAfterRoot = this.inThread && before === messages[0]
      wanted.push(this.#view(message, isNewDay || isAfterRoot ? null : before).node)
      if (after && !before) wanted.push(this.#mark("after", after))
      before = message
    }
    this.#arrange(wanted)
    this.#oneTabStop()
    if (follows) this.toEnd()
  }

  #view(message, previous) {
    const view = this.views.get(message.ts) ?? new MessageView(this.host, message, { inThread: this.inThread })
    if (view.message !== message || view.previous?.ts !== previous?.ts || !this.views.has(message.ts))
      view.update(message, previous)
    this.views.set(message.ts, view)
    return view
  }

  #mark(kind, label, role = null) {
    const mark = [...this.inner.children].find((node) => node.className === kind && node.textContent === label)
    return mark ?? el("div", { class: kind, role }, span("", label))
  }

  // Bring the children into this order; what is in its place is not touched, so that focus and scrolling stay.
  #arrange(wanted) {
    const kept = new Set(wanted)
    for (const node of [...this.inner.children]) if (!kept.has(node)) node.remove()
    for (const [ts, view] of this.views) if (!kept.has(view.node)) this.views.delete(ts)
    wanted.forEach(
      (node, at) => this.inner.children[at] !== node && this.inner.insertBefore(node, this.inner.children[at] ?? null),
    )
  }

  // Draw one message anew, for what is not part of it: a status, a choice.
  refresh(ts) {
    const view = this.views.get(ts)
    if (view) view.update(view.message)
  }

  toEnd() {
    this.node.scrollTop = this.node.scrollHeight
    this.atEnd = true
  }

  #isAtEnd() {
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 40
  }

  #nodes() {
    return [...this.inner.querySelectorAll(".message")]
  }

  #oneTabStop() {
    const nodes = this.#nodes()
    const stop = nodes.find((node) => node.contains(document.activeElement)) ?? nodes.at(-1)
    for (const node of nodes) node.tabIndex = node === stop ? 0 : -1
  }

  #walk(event) {
    const nodes = this.#nodes()
    const at = nodes.indexOf(event.target)
    if (at < 0) return
    const to = { ArrowUp: nodes[at - 1], ArrowDown: nodes[at + 1], Home: nodes[0], End: nodes.at(-1) }[event.key]
    if (event.key === "Enter" && !this.inThread) this.host.openThread(event.target.dataset.ts, { focus: true })
    if (!to) return
    event.preventDefault()
    to.focus()
    this.#oneTabStop()
  }
}
