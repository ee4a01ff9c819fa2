// Small things that stand for a person, a moment, or work that goes on.

import { el, span } from "./dom.js"

const COLOURS = ["#1264a3", "#2b8a3e", "#862e9c", "#c92a2a", "#5f3dc4", "#0b7285", "#a61e4d", "#b35900"]

export function avatar(store, user) {
  if (user === store.bot) return el("img", { class: "avatar", src: "/page/icon.svg", alt: "" })
  const words = store.name(user).split(/\s+/)
  const initials = words.map((word) => word[0] ?? "").slice(0, 2)
  const node = el("span", { class: "avatar", "aria-hidden": "true" }, initials.join("").toUpperCase())
  node.style.background = COLOURS[[...user].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % COLOURS.length]
  return node
}

export function dots() {
  return el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"))
}

export function time(ts) {
  return new Date(Number(ts) * 1000)
}

export function hour(ts) {
  return time(ts).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" })
}

export function clock(ts) {
  return el("time", { datetime: time(ts).toISOString(), title: time(ts).toLocaleString() }, hour(ts))
}

export function dayName(ts) {
  const day = time(ts)
  if (day.toDateString() === new Date().toDateString()) return "Today"
  return day.toLocaleDateString([], { weekday: "long", month: "long", day: "numeric" })
}

export function ago(ts) {
  const minutes = Math.floor((Date.now() - time(ts)) / 60000)
  if (minutes < 1) return "just now"
  if (minutes < 60) return `${minutes} minute${minutes === 1 ? "" : "s"} ago`
  return `at ${hour(ts)}`
}

export function replyCount(count) {
  return count === 1 ? "1 reply" : `${count} replies`
}

export function appBadge() {
  return span("badge", "App")
}
