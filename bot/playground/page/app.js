// Starts the page: who one is, the three columns, the keys that work everywhere.

import { ChannelPane } from "./channel.js"
import { announce, el } from "./dom.js"
import { loadEmoji, showNamesBy } from "./inline.js"
import { Modal } from "./modal.js"
import { follow, people } from "./server.js"
import { Sidebar } from "./sidebar.js"
import { Store } from "./store.js"
import { ThreadPane } from "./thread.js"

const store = new Store()
const who = await people()
await loadEmoji()
showNamesBy({
  user: (id) => store.name(id),
  channel: (id) => store.channels.get(id)?.name ?? id,
  get me() {
    return store.me
  },
})

const thread = new ThreadPane(document.getElementById("thread"), store, { close: closeThread })
const channel = new ChannelPane(document.getElementById("channel"), store, {
  openThread: (id, ts, options) => thread.open(id, ts, options),
})
const sidebar = new Sidebar(document.getElementById("sidebar"), store, { people: who, open, become })
new Modal(store)

let stop = () => {}
let lost = null

function open(id, { focus = true } = {}) {
  thread.hide()
  channel.open(id)
  if (focus) channel.composer.focus()
}

function closeThread() {
  const root = thread.root
  if (!thread.hide()) return
  const opener = channel.list.views.get(root)?.node.querySelector(".replies")
  if (opener) opener.focus()
  else channel.composer.focus()
}

// Be somebody; each browser tab remembers whom.
function become(user) {
  sessionStorage.setItem("user", user)
  stop()
  thread.hide()
  store.unread.clear()
  stop = follow(user, take, showLost)
}

function take(change) {
  const isFirst = change.kind === "snapshot" && store.me !== change.me
  store.apply(change)
  if (change.kind === "snapshot") hideLost()
  if (isFirst) start()
  if (change.kind === "message" && change.message.user !== store.me && change.message.channel !== channel.channel)
    announce(`New message from ${store.name(change.message.user)}`)
}

// Where to begin: at the message that the address names, else in #general, else in the first channel.
function start() {
  const [, place, message] = location.pathname.match(/^\/archives\/(\w+)\/p(\d+)$/) ?? []
  const rooms = [...store.channels.values()].filter((each) => each.kind === "channel")
  const first =
    store.channels.get(place) ??
    store.channels.get(channel.channel) ??
    rooms.find((each) => each.name === "general") ??
    rooms[0] ??
    [...store.channels.values()][0]
  if (!first) return
  open(first.id)
  const linked = place && store.message(place, `${message.slice(0, -6)}.${message.slice(-6)}`)
  if (linked && (linked.thread_ts || linked.reply_count)) thread.open(place, linked.thread_ts ?? linked.ts)
}

function showLost() {
  if (lost) return
  lost = el("div", { class: "lost", role: "alert" }, "Connection lost. Waiting for the workspace…")
  document.body.append(lost)
}

function hideLost() {
  lost?.remove()
  lost = null
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) closeThread()
})

sidebar.draw()
const remembered = sessionStorage.getItem("user")
const me = who.find((each) => each.id === remembered) ?? who[0]
if (me) become(me.id)
else document.getElementById("channel").append(el("p", { class: "quiet" }, "There is nobody in this workspace yet."))
