// Keeps what is being written: in this tab at every key, on the server soon after and when one
// leaves. Saves are numbered: what comes late writes nothing (actions/drafts.py).
import { $, openConversation, post } from '../page.js';

const PAUSE_MS = 700

export default function draft(form) {
  const { draftUrl } = form.dataset
  const { conversation: id } = openConversation().dataset
  const key = `draft:${id}`
  const hint = $('[data-hint]', form)
  const gone = new AbortController()
  let known = 0 // the greatest number used or heard of
  let isDirty = false
  let timer = 0

  const number = value => (form.elements.revision.value = value)
  const content = () => ({
    body: form.elements.body.value,
    is_note: form.dataset.mode === 'note' ? 'on' : '',
    reply_to: form.elements.reply_to.value,
  })

  function written() {
    isDirty = true
    number(known + 1)
    const box = $('.replying', form)
    const quoted = { id: form.elements.reply_to.value, name: $('b', box).textContent, text: $('.quote > span', box).textContent }
    const { body, is_note } = content()
    store(key, { body, is_note: Boolean(is_note), quoted: quoted.id ? quoted : null, revision: known + 1 })
    clearTimeout(timer)
    timer = setTimeout(save, PAUSE_MS)
  }

  async function save(keepalive = false) {
    clearTimeout(timer)
    if (!isDirty) return
    isDirty = false
    const revision = ++known
    number(known + 1)
    const answer = await post(draftUrl, { ...content(), revision }, { keepalive: keepalive === true })
    if (revision !== known || answer?.redirected) return
    if (answer?.status === 409) return lost(await answer.json())
    isDirty ||= !answer?.ok
    tell(answer?.ok)
  }

  // Another tab or device was faster; whoever writes here now has the last word.
  function lost(newer) {
    known = Math.max(known, newer.revision)
    written()
  }

  function tell(isKept) {
    hint.hidden = !form.elements.body.value
    hint.textContent = isKept ? hint.dataset.kept : hint.dataset.here
  }

  function restore(kept) {
    known = kept.revision
    form.dispatchEvent(new CustomEvent('ramal:restore', { detail: kept }))
    number(known + 1)
    tell(true)
  }

  async function heard({ detail }) {
    if (detail.conversation !== id || detail.revision <= known) return
    if (isDirty) known = detail.revision
    if (isDirty) return number(known + 1)
    const answer = await fetch(draftUrl, { credentials: 'same-origin' }).catch(() => null)
    if (answer?.ok && !answer.redirected && !isDirty) restore(await answer.json())
  }

  // Sent: its number is used up, and what stands in the field now is another draft.
  function sent() {
    known = Math.max(known, Number(form.elements.revision.value))
    isDirty = false
    clearTimeout(timer)
    store(key, null)
    number(known + 1)
    if (form.elements.body.value) written()
    tell(true)
  }

  // What is on its way uses up its number: a save that is still to come must have another one.
  function used(event) {
    if (event.target !== form) return
    clearTimeout(timer)
    known = Number(form.elements.revision.value)
    isDirty = false
    number(known + 1)
  }

  function leave() {
    save(true)
    if (!form.isConnected) gone.abort()
  }

  const { signal } = gone
  form.addEventListener('ramal:written', written)
  form.addEventListener('htmx:beforeRequest', used)
  form.addEventListener('htmx:afterRequest', ({ target, detail }) => target === form && !(detail.xhr.status < 300 && detail.xhr.status) && written())
  for (const name of ['ramal:done', 'ramal:taken']) form.addEventListener(name, sent)
  document.addEventListener('ramal:draft', heard, { signal })
  document.addEventListener('ramal:connected', () => save(), { signal })
  document.addEventListener('visibilitychange', () => document.hidden && save(true), { signal })
  document.addEventListener('ramal:shown', () => form.isConnected || leave(), { signal })
  addEventListener('pagehide', () => save(true), { signal })

  const kept = JSON.parse(form.dataset.draft)
  const here = stored(key)
  restore(here?.revision > kept.revision ? { ...here, revision: kept.revision } : kept)
  if (here?.revision > kept.revision) written()
  else store(key, null)
}

function store(key, value) {
  try {
    if (value) sessionStorage.setItem(key, JSON.stringify(value))
    else sessionStorage.removeItem(key)
  } catch { /* storage is full or forbidden: the text is in the field and on the server */ }
}

function stored(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key))
  } catch {
    return null
  }
}
