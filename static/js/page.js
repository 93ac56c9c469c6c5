// Small things that several behaviours need.
import { attach } from './attach.js';

export const $ = (selector, root = document) => root.querySelector(selector)
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)]

export const openConversation = () => {
  const element = document.getElementById('conversation')
  return element?.dataset.conversation ? element : null
}

export function parse(html) {
  const template = document.createElement('template')
  template.innerHTML = html
  return template.content
}

// Fetches a fragment. Returns null when there is nothing new (204); a login that has ended reloads
// the page, which then asks for it. Throws where the network or the server fails.
export async function fragment(address, options = {}) {
  const response = await fetch(address, { headers: { 'HX-Request': 'true' }, credentials: 'same-origin', ...options })
  if (response.redirected) {
    location.reload()
    return null
  }
  if (response.status === 204) return null
  if (!response.ok) throw Object.assign(new Error(response.statusText), { status: response.status })
  return response.text()
}

// Tells the server something. Resolves to the answer, to null where there is no connection.
export function post(address, what = {}, options = {}) {
  const headers = { ...JSON.parse(document.body.getAttribute('hx-headers') ?? '{}'), 'HX-Request': 'true' }
  return fetch(address, { method: 'POST', headers, body: new URLSearchParams(what), credentials: 'same-origin', ...options }).catch(() => null)
}

export function toast(html) {
  const place = document.getElementById('toasts')
  for (const element of $$('.toast', html)) {
    place.append(element)
    window.htmx?.process(element)
    attach(element)
  }
}

export const isTyping = element => element?.matches?.('input, textarea, select, [contenteditable]') ?? false
