// One message: who, when, what, reactions, the replies below it, and what can be done with it.

import { blocks } from "./blocks.js"
import { button, div, el, fill, span } from "./dom.js"
import { mrkdwn } from "./mrkdwn.js"
import { openPicker } from "./picker.js"
import { reactions } from "./reactions.js"
import { ago, appBadge, avatar, clock, dots, hour, replyCount } from "./signs.js"

const TOGETHER_S = 300 // what one says within five minutes stands below one name

// `host` is the pane: store, act(), press(), chosen(), edit(), remove(), openThread(); `inThread` leaves replies out.
export class MessageView {
  constructor(host, message, { inThread = false } = {}) {
    this.host = host
    this.inThread = inThread
    this.gutter = div("gutter")
    this.body = div("body")
    this.below = div("below")
    this.tools = el("div", { class: "tools", role: "toolbar", "aria-label": "Message actions" })
    const column = div("column", this.body, this.below)
    this.node = el("article", { tabindex: "-1", "data-ts": message.ts }, this.gutter, column, this.tools)
    this.update(message, null)
  }

  // Draw it as it is now; `previous` is the message above it.
  update(message, previous = this.previous) {
    Object.assign(this, { message, previous })
    const { store } = this.host
    const isCompact = this.#isCompact()
    const marks = { compact: isCompact, streaming: message.streaming, ephemeral: message.ephemeral }
    this.node.className = ["message", ...Object.keys(marks).filter((name) => marks[name])].join(" ")
    this.node.setAttribute("aria-label", `${store.name(message.user)}, ${hour(message.ts)}`)
    this.node.setAttribute("aria-busy", String(message.streaming))
    fill(this.gutter, isCompact ? clock(message.ts) : avatar(store, message.user))
    fill(this.body, isCompact ? null : this.#head(), this.#content())
    fill(this.below, reactions(store, message, this.#react), this.inThread ? null : this.#replies())
    fill(this.tools, this.#tools())
  }

  #isCompact() {
    const { message, previous } = this
    if (!previous || previous.user !== message.user || message.subtype || previous.subtype) return false
    return previous.ephemeral === message.ephemeral && message.ts - previous.ts < TOGETHER_S
  }

  #head() {
    const { message, host } = this
    const badge = host.store.users.get(message.user)?.is_bot ? appBadge() : null
    return [
      message.ephemeral ? div("only-you", "👁 Only visible to you") : null,
      div("head", el("strong", {}, host.store.name(message.user)), badge, clock(message.ts)),
    ]
  }

  #content() {
    const { message, host } = this
    if (message.subtype === "tombstone") return el("em", { class: "quiet" }, message.text)
    const actions = {
      place: `${message.channel}/${message.ts}`,
      press: (action_id, value) => host.press(message, action_id, value),
      chosen: (action_id) => host.chosen(message, action_id),
    }
    const words = () => div(message.subtype ? "words quiet" : "words", mrkdwn(message.text))
    return [
      message.blocks.length ? blocks(message.blocks, actions) : words(),
      message.attachments.map((each) => div("attachment", mrkdwn(each.text ?? each.fallback ?? ""))),
      message.files.map(file),
      message.edited ? span("edited", "(edited)") : null,
    ]
  }

  #replies() {
    const { message, host } = this
    const { store } = host
    const open = () => host.openThread(message.ts)
    const status = store.status(message.channel, message.ts)
    const faces = message.reply_users.slice(0, 3).map((user) => avatar(store, user))
    const count = span("count", replyCount(message.reply_count))
    const last = span("quiet", `Last reply ${ago(message.latest_reply)}`)
    return [
      message.reply_count ? button(open, { class: "replies", focus: "replies" }, faces, count, last) : null,
      status
        ? button(open, { class: "status", focus: "status" }, dots(), `${store.name(store.bot)} ${status.status}`)
        : null,
    ]
  }

  #tools() {
    const { message, host } = this
    if (message.ephemeral || message.subtype === "tombstone") return []
    const tool = (label, sign, onclick) => button(onclick, { label, focus: label }, sign)
    const isMine = message.user === host.store.me && !message.subtype
    return [
      tool("Thumbs up", "👍", () => this.#react("+1")),
      tool("Thumbs down", "👎", () => this.#react("-1")),
      tool("Find another reaction", "☺+", (event) => openPicker(event.currentTarget, this.#react)),
      this.inThread ? null : tool("Reply in thread", "💬", () => host.openThread(message.ts, { focus: true })),
      isMine ? tool("Edit message", "✎", () => host.edit(this)) : null,
      isMine ? tool("Delete message", "🗑", () => host.remove(message)) : null,
    ]
  }

  #react = (name) => this.host.act("react", { channel: this.message.channel, ts: this.message.ts, name })
}

// A file: a picture is shown, and large in a tab of its own; anything else is a link.
function file({ title, alt, path, is_picture }) {
  const look = { class: "file", href: path, target: "_blank", rel: "noopener" }
  const inside = is_picture ? el("img", { src: path, alt: alt || title }) : `📄 ${title}`
  return el("figure", {}, el("a", look, inside), is_picture ? el("figcaption", {}, title) : null)
}
