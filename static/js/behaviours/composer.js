// Writing: Enter sends, one composition has one token (sending it twice sends once), note mode,
// quoting. What is kept of it meanwhile is draft.js, what waits for the connection waiting.js.
import { $, openConversation } from '../page.js';
import { newToken as token } from '../token.js';
import { mayReply } from './conversation.js';

const isTouch = matchMedia('(pointer: coarse)').matches
const enterSends = () => document.body.dataset.enterSends !== 'off'

export default function composer(form) {
  const conversation = openConversation()
  const text = $('textarea', form)
  const flights = [] // what is on its way, in order
  let sent = ''
  let wishesNote = false

  const isNote = () => wishesNote || !mayReply()
  const newToken = () => (form.elements.client_token.value = token())
  const changed = () => form.dispatchEvent(new CustomEvent('ramal:written'))
  const isOurs = event => event.target === form

  function showMode() {
    // What was begun as a note must not become a message because one may write to the customer now.
    if (text.value && form.dataset.mode === 'note') wishesNote ||= mayReply()
    const mode = isNote() ? 'note' : 'reply'
    form.dataset.mode = mode
    text.placeholder = text.dataset[mode]
    $('[data-send] span', form).textContent = $('[data-send]', form).dataset[mode]
    $('[data-note-mode]', form).setAttribute('aria-pressed', mode === 'note')
  }

  function quote(quoted) {
    const box = $('.replying', form)
    box.hidden = !quoted
    form.elements.reply_to.value = quoted?.id ?? ''
    $('b', box).textContent = quoted?.name ?? ''
    $('.quote > span', box).textContent = quoted?.text ?? ''
  }

  function quoteMessage(message) {
    const isTheirs = message.dataset.from === 'them'
    const name = isTheirs ? conversation.dataset.title : ($('.author b', message)?.textContent ?? '')
    const said = $('.text', message)?.textContent ?? $('.file b', message)?.textContent ?? ''
    quote({ id: message.dataset.message, name, text: said })
    text.focus()
    changed()
  }

  function setText(body, note = false) {
    text.value = body
    wishesNote = note && Boolean(body)
    form.dataset.mode = ''
    for (const input of form.querySelectorAll('input[name=canned]')) input.remove()
    newToken()
    showMode()
    text.dispatchEvent(new CustomEvent('ramal:set'))
  }

  // Done: the field is emptied, unless one has gone on writing meanwhile. Then text and mode stay:
  // what was begun as a note must not become a message.
  function done() {
    quote(null)
    if (text.value === sent) setText('')
    conversation.dispatchEvent(new CustomEvent('ramal:sent'))
  }

  text.addEventListener('input', () => {
    // Another text is another composition, also while the last one is on its way.
    if (flights.length) newToken()
    changed()
  })
  text.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.defaultPrevented || event.isComposing) return
    if (event.shiftKey || ((isTouch || !enterSends()) && !event.ctrlKey)) return
    event.preventDefault()
    if (text.value.trim()) form.requestSubmit()
  })
  form.addEventListener('htmx:configRequest', event => {
    if (isOurs(event) && isNote()) event.detail.path = form.dataset.notes
  })
  form.addEventListener('htmx:beforeRequest', event => {
    if (!isOurs(event)) return
    flights.push(text.value)
    $('[data-send]', form).setAttribute('aria-busy', 'true')
  })
  form.addEventListener('htmx:afterRequest', event => {
    if (!isOurs(event)) return
    sent = flights.shift()
    $('[data-send]', form).removeAttribute('aria-busy')
  })
  form.addEventListener('ramal:done', done)
  // It left by another way: waits in the page, or for its hour.
  form.addEventListener('ramal:taken', event => {
    sent = event.detail
    done()
  })
  form.addEventListener('ramal:restore', ({ detail }) => {
    if (flights.length) return
    setText(detail.body, detail.is_note)
    quote(detail.quoted)
  })
  form.addEventListener('ramal:note', () => toggleNote())
  $('[data-note-mode]', form).addEventListener('click', () => toggleNote())
  $('[data-unquote]', form).addEventListener('click', () => {
    quote(null)
    changed()
  })
  conversation.addEventListener('click', event => {
    const button = event.target.closest('[data-quote]')
    if (button) quoteMessage(button.closest('.msg'))
  })
  conversation.addEventListener('ramal:changed', showMode)

  function toggleNote() {
    wishesNote = !wishesNote
    form.dataset.mode = ''
    showMode()
    text.focus()
    changed()
  }

  newToken()
  showMode()
}
