// Writing: Enter sends, drafts are kept per conversation, one composition has one token (sending it
// twice sends once), note mode, quoting.
import { $, openConversation } from '../page.js';
import { mayReply } from './conversation.js';

const isTouch = matchMedia('(pointer: coarse)').matches
const enterSends = () => document.body.dataset.enterSends !== 'off'

export default function composer(form) {
  const conversation = openConversation()
  const text = $('textarea', form)
  const draftKey = `draft:${conversation.dataset.conversation}`
  const flights = [] // what is on its way, in order
  let sent = ''
  let wishesNote = false

  const isNote = () => wishesNote || !mayReply()
  const newToken = () => (form.elements.client_token.value = token())

  function showMode() {
    const mode = isNote() ? 'note' : 'reply'
    form.dataset.mode = mode
    text.placeholder = text.dataset[mode]
    $('[data-send] span', form).textContent = $('[data-send]', form).dataset[mode]
    $('[data-note-mode]', form).setAttribute('aria-pressed', mode === 'note')
  }

  function keepDraft() {
    try {
      if (text.value) sessionStorage.setItem(draftKey, text.value)
      else sessionStorage.removeItem(draftKey)
    } catch { /* storage is full or forbidden: the text is still in the field */ }
    $('[data-hint]', form).hidden = !text.value
  }

  function quote(message) {
    const box = $('.replying', form)
    box.hidden = !message
    form.elements.reply_to.value = message?.dataset.message ?? ''
    if (!message) return
    const isTheirs = message.dataset.from === 'them'
    $('b', box).textContent = isTheirs ? conversation.dataset.title : ($('.author b', message)?.textContent ?? '')
    $('.quote > span', box).textContent = $('.text', message)?.textContent ?? $('.file b', message)?.textContent ?? ''
    text.focus()
  }

  // Done: the field is emptied, unless one has gone on writing meanwhile. Then text and mode stay:
  // what was begun as a note must not become a message.
  function done() {
    quote(null)
    if (text.value === sent) {
      text.value = ''
      wishesNote = false
      keepDraft()
      newToken()
      showMode()
    }
    conversation.dispatchEvent(new CustomEvent('ramal:sent'))
  }

  text.addEventListener('input', () => {
    keepDraft()
    // Another text is another composition, also while the last one is on its way.
    if (flights.length) newToken()
  })
  text.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.defaultPrevented || event.isComposing) return
    if (event.shiftKey || ((isTouch || !enterSends()) && !event.ctrlKey)) return
    event.preventDefault()
    if (text.value.trim()) form.requestSubmit()
  })
  form.addEventListener('htmx:configRequest', event => {
    if (isNote()) event.detail.path = form.dataset.notes
  })
  form.addEventListener('htmx:beforeRequest', () => {
    flights.push(text.value)
    $('[data-send]', form).setAttribute('aria-busy', 'true')
  })
  form.addEventListener('htmx:afterRequest', () => {
    sent = flights.shift()
    $('[data-send]', form).removeAttribute('aria-busy')
  })
  form.addEventListener('ramal:done', done)
  form.addEventListener('ramal:note', () => toggleNote())
  $('[data-note-mode]', form).addEventListener('click', () => toggleNote())
  $('[data-unquote]', form).addEventListener('click', () => quote(null))
  conversation.addEventListener('click', event => {
    const button = event.target.closest('[data-quote]')
    if (button) quote(button.closest('.msg'))
  })
  conversation.addEventListener('ramal:changed', showMode)

  function toggleNote() {
    wishesNote = !wishesNote
    showMode()
    text.focus()
  }

  text.value = readDraft(draftKey)
  keepDraft()
  newToken()
  showMode()
}

// A UUID. crypto.randomUUID exists only over https; this also in a network of one's own.
function token() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}

function readDraft(key) {
  try {
    return sessionStorage.getItem(key) ?? ''
  } catch {
    return ''
  }
}
