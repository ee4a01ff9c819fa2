// Pieces of text that mrkdwn and Markdown share: entities, links, mentions, emoji.

import { el } from "./dom.js"

let emoji = {}
let names = { user: (id) => id, channel: (id) => id, me: "" }

export async function loadEmoji() {
  emoji = await (await fetch("/page/emoji.json")).json()
}

// How mentions are shown is the store's business.
export function showNamesBy(lookups) {
  names = lookups
}

export function emojiFor(name) {
  const [base, tone] = name.split("::skin-tone-")
  if (!emoji[base]) return `:${name}:`
  const tones = { 2: "🏻", 3: "🏼", 4: "🏽", 5: "🏾", 6: "🏿" }
  return emoji[base] + (tones[tone] ?? "")
}

export function emojiNames() {
  return Object.keys(emoji)
}

export function decode(text) {
  const entities = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": "\u00a0", "&amp;": "&" }
  return text.replace(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => entities[entity])
}

// Plain words, with :names: of emoji shown as what they name.
export function words(text) {
  return decode(text).replace(/:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):/g, (whole, name) =>
    emoji[name.split("::")[0]] ? emojiFor(name) : whole,
  )
}

// A link that opens elsewhere; any address but http, https and mailto stays plain text.
export function link(address, children) {
  const safe = /^(https?:\/\/|mailto:)/i.test(address)
  if (!safe) return el("span", {}, children.length ? children : address)
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, children.length ? children : address)
}

// What stands between < and >: a mention, a channel, a broadcast, a link. Undefined when it is none of them.
export function token(inside) {
  const [target, label] = decode(inside).split("|")
  if (target.startsWith("@")) return mention(`@${names.user(target.slice(1))}`, target.slice(1) === names.me)
  if (target.startsWith("#")) return mention(`#${label || names.channel(target.slice(1))}`)
  if (/^!(channel|here|everyone)/.test(target)) return mention(`@${target.slice(1)}`, true)
  if (target.startsWith("!")) return mention(label || target.slice(1).split("^")[0])
  if (/^(https?:\/\/|mailto:)/i.test(target)) return link(target, label ? [label] : [])
  return undefined
}

function mention(text, isForMe = false) {
  return el("span", { class: isForMe ? "mention for-me" : "mention" }, text)
}
